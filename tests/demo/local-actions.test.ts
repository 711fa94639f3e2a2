import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { registerWebhooks } from '../../demo/register-webhooks.ts'
import { ask, silent, startReceiver } from './hub-stand-in.ts'

let github: LocalGithub
let hub: Awaited<ReturnType<typeof startReceiver>>
const base = '/repos/harborline/tide-api/actions'

beforeAll(async () => {
  hub = await startReceiver('told')
  github = await startLocalGithub({ callbackUrls: [], pace: 0.01, log: silent })
  const { token } = github.people[0]!
  const url = `${hub.url}/webhooks/github`
  await registerWebhooks({ apiUrl: github.apiUrl, token, url, secret: 'told', log: silent })
})
afterAll(async () => {
  await github?.close()
  await hub?.close()
})

const get = (path: string) => ask(`${github.apiUrl}${path}`, github.people[0]!.token)
const send = (method: string, path: string, body: object = {}) =>
  ask(`${github.apiUrl}${path}`, github.people[0]!.token, { method, body: JSON.stringify(body) })

/** A run of the past of which a job failed. */
async function failedRun() {
  for (const name of ['tide-api', 'berth-planner', 'pilot-app', 'ais-ingest', 'docs', 'design-system']) {
    const { body } = await get(`/repos/harborline/${name}/actions/runs?per_page=100`)
    const run = body.workflow_runs.find(({ conclusion }: { conclusion: string }) => conclusion === 'failure')
    if (run) return { run, at: `/repos/harborline/${name}/actions` }
  }
  throw new Error('no run of the past failed')
}

test('a re-run is the next attempt of the same run: failed jobs are made anew, and all ends well', async () => {
  const { run, at } = await failedRun()
  const before = (await get(`${at}/runs/${run.id}/jobs`)).body.jobs
  const failed = before.find(({ conclusion }: { conclusion: string }) => conclusion === 'failure')
  const annotations = await get(`${at.replace('/actions', '')}/check-runs/${failed.id}/annotations`)
  expect(annotations.body).toEqual([
    expect.objectContaining({ annotation_level: 'failure', path: expect.any(String), start_line: 1 }),
  ])
  const log = (await get(`${at}/jobs/${failed.id}/logs`)).body
  expect(log).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]{16}Z ##\[group\]|^\d{4}.*Current runner/)
  expect(log).toContain('##[error]Process completed with exit code 1.')

  const asked = await send('POST', `${at}/runs/${run.id}/rerun-failed-jobs`, { enable_debug_logging: true })
  expect(asked.status).toBe(201)
  expect((await send('POST', `${at}/runs/${run.id}/rerun`)).status).toBe(403)
  const ended = await hub.find(
    ({ event, payload }) =>
      event === 'workflow_run' &&
      payload.action === 'completed' &&
      payload.workflow_run.id === run.id &&
      payload.workflow_run.run_attempt === 2,
  )
  expect(ended.payload.workflow_run).toMatchObject({ conclusion: 'success', run_number: run.run_number })
  const told = hub.received.filter(({ payload }) => payload.workflow_job?.run_id === run.id)
  expect(told.every(({ payload }) => payload.workflow_job.run_attempt === 2)).toBe(true)
  const all = (await get(`${at}/runs/${run.id}/jobs?filter=all`)).body.jobs
  expect(all.length).toBeGreaterThan(before.length)
  expect(all.map(({ id }: { id: number }) => id)).toEqual(
    expect.arrayContaining(before.map(({ id }: { id: number }) => id)),
  )
  const latest = (await get(`${at}/runs/${run.id}/jobs`)).body.jobs
  expect(latest.every(({ conclusion }: { conclusion: string }) => conclusion === 'success')).toBe(true)
  const again = latest.find(({ run_attempt }: { run_attempt: number }) => run_attempt === 2)
  expect((await get(`${at}/jobs/${again.id}/logs`)).body).toContain('##[debug]')
  expect((await get(`${at}/runs/${run.id}/attempts/1/jobs`)).body.jobs.length).toBe(before.length)
  const attempts = await Promise.all([1, 2, 3].map((nth) => get(`${at}/runs/${run.id}/attempts/${nth}`)))
  expect(attempts.map(({ status }) => status)).toEqual([200, 200, 404])
  expect(attempts.slice(0, 2).map(({ body }) => body.run_attempt)).toEqual([1, 2])

  const { artifacts } = (await get(`${at}/runs/${run.id}/artifacts`)).body
  const archive = await fetch(artifacts[0].archive_download_url, {
    headers: { authorization: `Bearer ${github.people[0]!.token}` },
  })
  expect(
    Buffer.from(await archive.arrayBuffer())
      .subarray(0, 2)
      .toString(),
  ).toBe('PK')

  expect((await send('DELETE', `${at}/runs/${run.id}/logs`)).status).toBe(204)
  expect((await get(`${at}/jobs/${again.id}/logs`)).status).toBe(410)
  expect((await send('POST', `${at}/runs/${run.id}/cancel`)).status).toBe(409)
})

test('a workflow that is started by hand takes the inputs that its file names, and deploys after a yes', async () => {
  const { body } = await get(`${base}/workflows`)
  const deploy = body.workflows.find(({ name }: { name: string }) => name === 'Deploy')
  const dispatch = (inputs: object, ref = 'main') =>
    send('POST', `${base}/workflows/${deploy.id}/dispatches`, { ref, inputs })
  expect((await dispatch({ colour: 'red' })).body.message).toBe('Unexpected inputs provided: ["colour"]')
  expect((await dispatch({ region: 'moon' })).status).toBe(422)
  expect((await dispatch({}, 'nowhere')).body.message).toBe('No ref found for: nowhere')
  expect((await dispatch({ version: 'v3', region: 'baltic' })).status).toBe(204)
  const { payload } = await hub.find(
    ({ payload: { action, workflow_run } }) =>
      action === 'requested' && workflow_run?.event === 'workflow_dispatch',
  )
  const { id } = payload.workflow_run

  await hub.find(({ payload }) => payload.workflow_job?.run_id === id && payload.action === 'waiting')
  expect((await get(`${base}/runs/${id}`)).body.status).toBe('waiting')
  const pending = (await get(`${base}/runs/${id}/pending_deployments`)).body
  expect(pending).toMatchObject([{ environment: { name: 'production' }, current_user_can_approve: true }])
  const review = { environment_ids: [pending[0].environment.id], state: 'approved', comment: 'Go.' }
  expect((await send('POST', `${base}/runs/${id}/pending_deployments`, review)).status).toBe(200)
  expect((await send('POST', `${base}/runs/${id}/pending_deployments`, review)).status).toBe(422)
  const ended = await hub.find(
    ({ event, payload }) =>
      event === 'workflow_run' && payload.action === 'completed' && payload.workflow_run.id === id,
  )
  expect(ended.payload.workflow_run.conclusion).toBe('success')
})
