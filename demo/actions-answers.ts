import type { ActionsRunner } from './actions-runner.ts'
import type { Approvals } from './approvals.ts'
import { type Dispatch, whyNotDispatched } from './check-dispatch.ts'
import { type ChecksOfRuns, pageOf } from './checks-of-runs.ts'
import type { EmulatorParts } from './emulate.ts'
import type { Permission } from './emulate-account-rows.ts'
import type { JobRow, WorkflowRunRow } from './emulate-actions-rows.ts'
import { ofItsAttempt, titledByCommit } from './hook-payloads.ts'
import { createLeftByRuns } from './left-by-runs.ts'
import { zipOf } from './zip-file.ts'

interface Asked {
  repo: { id: number; full_name: string; default_branch: string }
  /** The address below the repository. */
  below: string
  login: string | undefined
  right: Permission
}

/** What GitHub answers about Actions where emulate answers otherwise, or not at all. */
export interface ActionsAnswers {
  /** undefined: emulate's answer will do. */
  answer(request: Request, asked: Asked): Promise<Response | undefined>
  /** Logs and archives, where GitHub's API leads to: whoever has the address may read. */
  download(url: URL): Response | undefined
}

type Run = WorkflowRunRow & { id: number; updated_at: string }
type Job = JobRow & { id: number }

/**
 * - a run has attempts, each with jobs of its own; re-runs make the next one
 * - logs of jobs and archives of artifacts are led to; logs may be deleted
 * - annotations, artifacts, deployments that wait for approval, runs of strangers that wait for it
 * - what a dispatch or a second cancel gets wrong is refused
 *
 * https://docs.github.com/en/rest/actions
 */
export function createActionsAnswers(
  { rows, answer, baseUrl }: Pick<EmulatorParts, 'rows' | 'answer' | 'baseUrl'>,
  { runner, approvals, checks }: { runner: ActionsRunner; approvals: Approvals; checks: ChecksOfRuns },
): ActionsAnswers {
  const left = createLeftByRuns({ rows, baseUrl })
  interface Call extends Asked {
    request: Request
    id: number
    nth: number
  }

  function runOf({ repo, id }: Call): Run | undefined {
    const run = rows.workflowRuns.get(id)
    return run?.repo_id === repo.id ? run : undefined
  }
  function jobOf({ repo, id }: Call): Job | undefined {
    const job = rows.jobs.get(id)
    return job?.repo_id === repo.id ? job : undefined
  }

  async function jobs(call: Call, within: (job: Job, all: Job[]) => boolean): Promise<Response> {
    const run = runOf(call)
    if (!run) return refuse(404, 'Not Found')
    const all = rows.jobs.findBy('run_id', run.id)
    const ids = new Set(all.filter((job) => within(job, all)).map(({ id }) => id))
    const url = `${baseUrl}/repos/${call.repo.full_name}/actions/runs/${run.id}/jobs?per_page=100`
    const given = await answer(new Request(url, { headers: call.request.headers }))
    const { jobs } = (await given.json()) as { jobs: Array<{ id: number }> }
    const shown = jobs
      .filter(({ id }) => ids.has(id))
      .map((job) => ofItsAttempt(rows, job, `${baseUrl}/${call.repo.full_name}`))
    const page = pageOf({ total_count: shown.length, jobs: shown }, new URL(call.request.url).searchParams)
    return Response.json(page)
  }

  async function again(call: Call, run: Run | undefined, chosen: (job: Job) => boolean): Promise<Response> {
    if (!run) return refuse(404, 'Not Found')
    if (run.status !== 'completed') return refuse(403, 'This workflow is already running')
    const { enable_debug_logging } = await bodyOf<{ enable_debug_logging?: boolean }>(call.request)
    rows.workflowRuns.update(run.id, { debug: enable_debug_logging === true, logs_deleted: false })
    runner.again(run.id, chosen)
    return Response.json({}, { status: 201 })
  }

  async function cancel(call: Call): Promise<Response | undefined> {
    const run = runOf(call)
    if (run?.status === 'completed') return refuse(409, 'Cannot cancel a workflow run that is completed.')
    const url = call.request.url.replace('/force-cancel', '/cancel')
    const cancelled = await answer(new Request(url, { method: 'POST', headers: call.request.headers }))
    for (const environment of approvals.pending(call.id)) approvals.review(call.id, environment, 'cancelled')
    return cancelled.ok ? Response.json({}, { status: 202 }) : cancelled
  }

  function log(call: Call): Response {
    const job = jobOf(call)
    if (job?.status !== 'completed') return refuse(404, 'Not Found')
    if (rows.workflowRuns.get(job.run_id)?.logs_deleted) return refuse(410, 'Server Error')
    return leadTo(`${baseUrl}/downloads/log/${job.id}`)
  }

  function environments(repo: Asked['repo']) {
    return (checks.list(repo, 'environments') as { environments: Array<{ id: number; name: string }> })
      .environments
  }

  function pending({ repo, right, ...call }: Call): Response {
    const waiting = approvals.pending(call.id)
    const listed = environments(repo).filter(({ name }) => waiting.includes(name))
    return Response.json(
      listed.map(({ id, name }) => ({
        environment: {
          id,
          node_id: '',
          name,
          url: '',
          html_url: `${baseUrl}/${repo.full_name}/deployments/${name}`,
        },
        ...{ wait_timer: 0, wait_timer_started_at: null, reviewers: [] },
        current_user_can_approve: right === 'admin' || right === 'maintain' || right === 'push',
      })),
    )
  }

  async function review(call: Call): Promise<Response> {
    const body = await bodyOf<{ environment_ids?: number[]; state?: 'approved' | 'rejected' }>(call.request)
    const chosen = environments(call.repo).filter(({ id }) => body.environment_ids?.includes(id))
    const verdict = body.state ?? 'rejected'
    const decided = chosen.filter(({ name }) => approvals.review(call.id, name, verdict))
    if (decided.length === 0) return refuse(422, 'No pending deployment requests to approve or reject')
    return Response.json(decided.map(({ name }) => ({ environment: name, task: 'deploy' })))
  }

  async function dispatch(call: Call): Promise<Response | undefined> {
    const asked = await bodyOf<Dispatch>(call.request.clone())
    const wrong = whyNotDispatched(rows, { repoId: call.repo.id, workflowId: call.id, ...asked })
    return wrong === null ? undefined : refuse(422, wrong)
  }

  function approve(call: Call): Response {
    const run = runOf(call)
    if (run?.conclusion !== 'action_required') return refuse(403, 'This run does not wait for approval')
    rows.workflowRuns.update(run.id, { status: 'queued', conclusion: null })
    runner.resume()
    return Response.json({}, { status: 201 })
  }

  function deleteLogs(call: Call): Response {
    const run = runOf(call)
    if (!run) return refuse(404, 'Not Found')
    rows.workflowRuns.update(run.id, { logs_deleted: true })
    return new Response(null, { status: 204 })
  }

  async function attempt(call: Call): Promise<Response> {
    const url = call.request.url.replace(/\/attempts\/\d+/, '')
    const given = await answer(new Request(url, { headers: call.request.headers }))
    const run = (await given.json()) as { run_attempt?: number; head_sha?: string }
    if (!given.ok || (run.run_attempt ?? 0) < call.nth) return refuse(404, 'Not Found')
    return Response.json({ ...titledByCommit(rows, run), run_attempt: call.nth })
  }

  const isLast = ({ id, name }: Job, all: Job[]) => all.findLast((job) => job.name === name)?.id === id
  const jobAgain = (call: Call) => {
    const job = jobOf(call)
    return again(call, job && rows.workflowRuns.get(job.run_id), ({ id }) => id === job?.id)
  }

  const routes: Array<[RegExp, (call: Call) => Response | undefined | Promise<Response | undefined>]> = [
    [
      /^GET actions\/runs\/(\d+)\/jobs$/,
      (call) => {
        const isAll = new URL(call.request.url).searchParams.get('filter') === 'all'
        return jobs(call, (job, all) => isAll || isLast(job, all))
      },
    ],
    [
      /^GET actions\/runs\/(\d+)\/attempts\/(\d+)\/jobs$/,
      (call) => jobs(call, (job) => job.run_attempt === call.nth),
    ],
    [/^GET actions\/runs\/(\d+)\/attempts\/(\d+)$/, attempt],
    [/^POST actions\/runs\/(\d+)\/rerun$/, (call) => again(call, runOf(call), () => true)],
    [
      /^POST actions\/runs\/(\d+)\/rerun-failed-jobs$/,
      (call) => again(call, runOf(call), ({ conclusion }) => conclusion !== 'success'),
    ],
    [/^POST actions\/jobs\/(\d+)\/rerun$/, jobAgain],
    [/^POST actions\/runs\/(\d+)\/(?:force-)?cancel$/, cancel],
    [/^POST actions\/runs\/(\d+)\/approve$/, approve],
    [/^DELETE actions\/runs\/(\d+)\/logs$/, deleteLogs],
    [/^GET actions\/jobs\/(\d+)\/logs$/, log],
    [/^GET actions\/runs\/(\d+)\/pending_deployments$/, pending],
    [/^POST actions\/runs\/(\d+)\/pending_deployments$/, review],
    [/^POST actions\/workflows\/(\d+)\/dispatches$/, dispatch],
    [
      /^GET actions\/runs\/(\d+)\/artifacts$/,
      (call) => {
        const run = runOf(call)
        return run ? counted(call, left.artifacts(run)) : refuse(404, 'Not Found')
      },
    ],
    [
      /^GET actions\/artifacts\/(\d+)$/,
      (call) => orNone(runOf(call), (run) => Response.json(left.artifacts(run)[0])),
    ],
    [
      /^GET actions\/artifacts\/(\d+)\/zip$/,
      (call) => orNone(runOf(call), (run) => leadTo(`${baseUrl}/downloads/artifact/${run.id}`)),
    ],
    [
      /^GET check-runs\/(\d+)\/annotations$/,
      (call) =>
        orNone(jobOf(call), (job) => {
          const annotations = left.annotations(rows.workflowRuns.get(job.run_id)!, job)
          return Response.json(pageOf(annotations, new URL(call.request.url).searchParams))
        }),
    ],
  ]

  function counted({ request }: Call, artifacts: object[]): Response {
    const page = pageOf({ total_count: artifacts.length, artifacts }, new URL(request.url).searchParams)
    return Response.json(page)
  }

  return {
    async answer(request, asked) {
      const what = `${request.method} ${asked.below}`
      for (const [pattern, respond] of routes) {
        const match = pattern.exec(what)
        if (match) return await respond({ ...asked, request, id: Number(match[1]), nth: Number(match[2]) })
      }
      return undefined
    },
    download(url) {
      const [, kind, id] = /^\/downloads\/(log|artifact)\/(\d+)$/.exec(url.pathname) ?? []
      if (kind === 'log') return text(left.log(rows.jobs.get(Number(id))!))
      return kind ? zip(zipOf('coverage.json', Buffer.from(`{"run":${id},"lines":87.4}\n`))) : undefined
    },
  }
}

const orNone = <T>(found: T | undefined, respond: (found: T) => Response) =>
  found === undefined ? refuse(404, 'Not Found') : respond(found)

async function bodyOf<T extends object>(request: Request): Promise<T> {
  return (await request.json().catch(() => ({}))) as T
}

const leadTo = (location: string) => new Response(null, { status: 302, headers: { location } })
const text = (body: string) =>
  new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
const zip = (body: Buffer) =>
  new Response(new Uint8Array(body), { headers: { 'content-type': 'application/zip' } })

function refuse(status: number, message: string): Response {
  const documentation_url = 'https://docs.github.com/rest/actions'
  return Response.json({ message, documentation_url, status: `${status}` }, { status })
}
