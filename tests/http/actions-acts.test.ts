import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionsRun } from '../../contract/mirror.ts'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { findJobLog, saveJobLog } from '../../src/store/logs/job-logs.ts'
import { packLog } from '../../src/store/logs/pack-log.ts'
import { type ActingHub, type Json, openActingHub } from '../support/acting-hub.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
let local: LocalGithub
let hub: ActingHub
let mara: SignedIn
let sam: SignedIn
let deploy: { id: number; name: string }

beforeAll(async () => {
  local = await startLocalGithub({ callbackUrls: [], pace: 0.01, log: pino({ level: 'silent' }) })
  hub = await openActingHub(local, { repository })
  mara = await hub.enter('mara-lindqvist')
  sam = await hub.enter('sam-whitlock')
  const { workflows } = await hub.github<{ workflows: Array<typeof deploy> }>('GET', at('/actions/workflows'))
  deploy = workflows.find(({ name }) => name === 'Deploy')!
  await hub.mirror('actions_workflow', `/actions/workflows/${deploy.id}`)
}, 120_000)
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await local?.close()
})

const at = (path: string) => `/repos/${repository}${path}`

async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  options: { as?: SignedIn; body?: object; key?: string } = {},
) {
  const { as = mara, body = {}, key = randomUUID() } = options
  const answer = await hub.ask({
    method,
    url: `/api/v1${at(path)}`,
    as,
    ...(method !== 'GET' && { headers: { 'idempotency-key': key }, payload: body }),
  })
  const isJson = String(answer.headers['content-type']).includes('json')
  return {
    status: answer.statusCode,
    headers: answer.headers,
    bytes: answer.rawPayload,
    body: isJson ? answer.json() : answer.body,
  }
}

/** Starts a deployment on GitHub itself and waits until it waits for a yes. */
async function waitingRun(): Promise<number> {
  const { status } = await ask('POST', `/actions/workflows/${deploy.id}/dispatches`, {
    body: { ref: 'main', inputs: { version: 'v3.0.0', region: 'baltic', migrate: 'true', instances: '3' } },
  })
  expect(status).toBe(204)
  const newest = async () =>
    (
      await hub.github<{ workflow_runs: ActionsRun[] }>('GET', at(`/actions/workflows/${deploy.id}/runs`))
    ).workflow_runs.sort((a, b) => b.id - a.id)[0]!
  await expect.poll(async () => (await newest()).status, { timeout: 60_000 }).toBe('waiting')
  const { id } = await newest()
  await hub.mirror('actions_run', `/actions/runs/${id}`)
  return id
}

const onGithub = (id: number) => hub.github<ActionsRun>('GET', at(`/actions/runs/${id}`))

test('a workflow tells its jobs and typed inputs, and takes no others', async () => {
  const { body } = await ask('GET', `/actions/workflows/${deploy.id}/file?ref=main`)
  expect(body.jobs).toContainEqual({ id: 'deploy', name: 'deploy', needs: ['package', 'smoke'] })
  const types = body.dispatch.map(({ name, type }: { name: string; type: string }) => [name, type])
  expect(Object.fromEntries(types)).toEqual({
    version: 'string',
    region: 'choice',
    migrate: 'boolean',
    instances: 'number',
    environment: 'environment',
  })
  expect((await ask('GET', `/actions/workflows/${deploy.id}/file?ref=nowhere`)).status).toBe(502)
  const odd = { ref: 'main', inputs: { colour: 'red' } }
  const refused = await ask('POST', `/actions/workflows/${deploy.id}/dispatches`, { body: odd })
  expect(refused).toMatchObject({ status: 422, body: { code: 'github_refused' } })
  expect(refused.body.detail).toContain('Unexpected inputs provided')
})

test('a deployment is approved once, by who may, and the run goes on', async () => {
  const id = await waitingRun()
  const { body: pending } = await ask('GET', `/actions/runs/${id}/pending_deployments`)
  expect(pending).toMatchObject([{ environment: { name: 'production' }, current_user_can_approve: true }])
  const seen = await ask('GET', `/actions/runs/${id}/pending_deployments`, { as: sam })
  expect(seen.body).toMatchObject([{ current_user_can_approve: false }])
  const body = { environment_ids: [pending[0].environment.id], state: 'approved', comment: 'Go' }
  const refused = await ask('POST', `/actions/runs/${id}/pending_deployments`, { as: sam, body })
  expect(refused).toMatchObject({ status: 422, body: { code: 'github_refused' } })

  const key = randomUUID()
  hub.loseAnswer(/^POST .*pending_deployments$/)
  const first = await ask('POST', `/actions/runs/${id}/pending_deployments`, { body, key })
  expect(first).toMatchObject({ status: 502, body: { code: 'github_unavailable' } })
  const second = await ask('POST', `/actions/runs/${id}/pending_deployments`, { body, key })
  expect(second.status).toBe(200)
  await expect.poll(async () => (await onGithub(id)).conclusion, { timeout: 60_000 }).toBe('success')

  const { body: artifacts } = await ask('GET', `/actions/runs/${id}/artifacts`)
  expect(artifacts).toMatchObject([{ name: 'coverage', expired: false, expires_at: expect.any(String) }])
  const archive = await ask('GET', `/actions/artifacts/${artifacts[0].id}/zip`)
  expect(archive.headers['content-type']).toBe('application/zip')
  expect(archive.bytes.subarray(0, 2).toString()).toBe('PK')
})

test('a run of a stranger’s fork begins once, when somebody who may push lets it, though the answer was lost', async () => {
  const tokenOf = (login: string) => local.people.find((person) => person.login === login)!.token
  const asSam = async <T>(path: string, payload: object) => {
    const answer = await fetch(`${local.apiUrl}${at(path)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf('sam-whitlock')}`, 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    })
    expect(answer.ok, await answer.clone().text()).toBe(true)
    return (await answer.json()) as T
  }
  await asSam('/forks', {})
  const pull = await asSam<{ head: { sha: string } }>('/pulls', {
    ...{ title: 'From outside', head: 'sam-whitlock:from-outside', base: 'main' },
  })
  const runs = async () =>
    (
      await hub.github<{ workflow_runs: ActionsRun[] }>('GET', at('/actions/runs?per_page=100'))
    ).workflow_runs.filter(({ head_branch }) => head_branch === 'from-outside')
  await expect.poll(async () => (await runs()).length, { timeout: 60_000 }).toBeGreaterThan(0)
  const [held] = await runs()
  expect(held).toMatchObject({ status: 'completed', conclusion: 'action_required', head_sha: pull.head.sha })
  const { id } = held!
  expect((await hub.github<{ jobs: Json[] }>('GET', at(`/actions/runs/${id}/jobs`))).jobs).toEqual([])
  await hub.mirror('actions_run', `/actions/runs/${id}`)

  // Not by whom it is of, nor by anybody who may only read.
  expect(await ask('POST', `/actions/runs/${id}/approve`, { as: sam })).toMatchObject({ status: 403 })
  expect(await onGithub(id)).toMatchObject({ conclusion: 'action_required' })

  const key = randomUUID()
  hub.sent.length = 0
  hub.loseAnswer(/^POST .*approve$/)
  const first = await ask('POST', `/actions/runs/${id}/approve`, { key })
  expect(first).toMatchObject({ status: 502, body: { code: 'github_unavailable' } })
  const second = await ask('POST', `/actions/runs/${id}/approve`, { key })
  expect(second.status).toBe(200)
  expect(second.body.conclusion).not.toBe('action_required')
  expect(hub.sent.filter((line) => line.endsWith('/approve'))).toHaveLength(1)
  await expect
    .poll(async () => (await onGithub(id)).conclusion, { timeout: 60_000 })
    .toMatch(/^(success|failure)$/)
  const again = await ask('POST', `/actions/runs/${id}/approve`)
  expect(again).toMatchObject({ status: 422, body: { code: 'github_refused' } })
})

test('a run is cancelled, by force too, is run again as its next attempt, and loses its logs', async () => {
  const id = await waitingRun()
  const cancelled = await ask('POST', `/actions/runs/${id}/force-cancel`)
  expect(cancelled.body).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  const again = await ask('POST', `/actions/runs/${id}/rerun`, { body: { enable_debug_logging: true } })
  expect(again.body).toMatchObject({ id, run_attempt: 2 })
  await ask('POST', `/actions/runs/${id}/cancel`)

  const job = await hub.github<{ jobs: Json[] }>('GET', at(`/actions/runs/${id}/jobs`))
  await hub.mirror('actions_job', `/actions/jobs/${job.jobs[0]!.id}`)
  const { id: repositoryId } = await hub.github<{ id: number }>('GET', at(''))
  const of = { job_id: Number(job.jobs[0]!.id), repository_id: repositoryId, run_id: id, now: 1 }
  const packed = await packLog(
    (async function* () {
      yield Buffer.from('one line\n')
    })(),
  )
  await hub.store.write((tx) => saveJobLog(tx, packed, of))
  const log = await ask('GET', `/actions/jobs/${of.job_id}/logs`)
  expect(log).toMatchObject({ status: 200, body: 'one line\n' })
  expect((await ask('DELETE', `/actions/runs/${id}/logs`)).status).toBe(204)
  expect(await findJobLog(hub.store.read, { repositoryId, jobId: of.job_id })).toBeUndefined()
})

test('the jobs of a run that no sync has read are read when somebody opens it', async () => {
  const { workflow_runs } = await hub.github<{ workflow_runs: ActionsRun[] }>(
    'GET',
    at('/actions/runs?per_page=100&event=push'),
  )
  const { id } = workflow_runs.at(-1)!
  await hub.mirror('actions_run', `/actions/runs/${id}`)
  const { body } = await ask('GET', `/actions/runs/${id}/jobs`, { as: sam })
  expect(body.map(({ name }: { name: string }) => name)).toEqual(['test', 'container'])
})

test('a workflow is disabled and enabled', async () => {
  const off = await ask('PUT', `/actions/workflows/${deploy.id}/disable`)
  expect(off.body).toMatchObject({ id: deploy.id, state: 'disabled_manually' })
  const refused = await ask('PUT', `/actions/workflows/${deploy.id}/enable`, { as: sam })
  expect(refused.status).toBe(403)
  const on = await ask('PUT', `/actions/workflows/${deploy.id}/enable`)
  expect(on.body).toMatchObject({ state: 'active' })
})
