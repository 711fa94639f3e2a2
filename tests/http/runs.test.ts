import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../contract/live.ts'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import type { Run } from '../../contract/workflows.ts'
import { saveAccess } from '../../src/store/access.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const typed = `name: Typed
on:
  workflow_dispatch:
    inputs:
      who: { type: string, required: true }
      times: { type: number, default: 2 }
      loud: { type: boolean }
      tone: { type: choice, options: [kind, dry] }
jobs:
  greet:
    steps:
      - id: say
        uses: hub/set-output
        with: { text: 'hello \${{ inputs.who }} x\${{ inputs.times }}' }
`
const asleep = `name: Asleep
on: workflow_dispatch
jobs:
  sleep:
    steps:
      - { uses: hub/sleep, with: { seconds: 3600 } }
`
const pushed = `name: On push
on: push
jobs:
  done:
    steps:
      - { uses: hub/set-output, with: { a: 1 } }
`

/** Ada and Vera read acme/secret, Bob does not; Vera only looks. */
async function openRuns() {
  const hub = await openTestApp()
  const [ada, bob, vera] = [
    await hub.signIn({ login: 'ada' }),
    await hub.signIn({ login: 'bob' }),
    await hub.signIn({ login: 'vera', role: 'viewer' }),
  ]
  await hub.store.write((tx) =>
    seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [ada.userId, vera.userId] }),
  )
  const send = async (as: SignedIn, method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.json(), link: answer.headers.link }
  }
  const create = async (source: string, as: SignedIn = ada): Promise<string> => {
    const { id } = (await send(as, 'POST', '/workflows', { source })).body
    await hub.ask({
      method: 'PATCH',
      url: `/api/v1/workflows/${id}`,
      as,
      payload: { visibility: 'shared' },
    })
    return id
  }
  /** Starts and lets it work until it is over or sleeps. */
  const start = async (as: SignedIn, workflow: string, request: object = {}): Promise<Run> => {
    const { status, body } = await send(as, 'POST', `/workflows/${workflow}/runs`, request)
    expect(status, JSON.stringify(body)).toBe(201)
    await hub.deps.engine.idle()
    return body
  }
  return { ...hub, ada, bob, vera, send, create, start }
}

describe('runs', () => {
  it('starts a workflow by hand with typed inputs and defaults, and shows how it ends', async () => {
    await using hub = await openRuns()
    const workflow = await hub.create(typed)
    const started = await hub.start(hub.ada, workflow, { inputs: { who: 'Bob', loud: true } })
    expect(started).toMatchObject({
      workflow_id: workflow,
      workflow_name: 'Typed',
      number: 1,
      attempt: 1,
      event: 'workflow_dispatch',
      actor: 'ada',
      repository: null,
    })
    expect((await hub.send(hub.ada, 'GET', `/runs/${started.id}`)).body).toMatchObject({
      status: 'completed',
      conclusion: 'success',
    })
    const journal = (await hub.send(hub.ada, 'GET', `/runs/${started.id}/journal`)).body as JournalEntry[]
    const state = journal.reduce<RunState | null>(
      (state, change) => reduce(state, change as unknown as RunChange),
      null,
    )
    expect(state).toMatchObject({
      conclusion: 'success',
      inputs: { who: 'Bob', times: 2, loud: true, tone: '' },
      jobs: [{ steps: [{ outputs: { text: 'hello Bob x2' } }] }],
    })
    expect((await hub.send(hub.ada, 'GET', '/workflows')).body[0].last_run).toMatchObject({
      id: started.id,
      conclusion: 'success',
    })
  })

  it.each([
    ['a required one missing', {}, "'who' is required"],
    ['a number that is none', { who: 'Bob', times: 'two' }, "'times' must be a number"],
    ['a boolean that is none', { who: 'Bob', loud: 'perhaps' }, "'loud' must be true or false"],
    ['a choice that is none', { who: 'Bob', tone: 'rude' }, "'tone' must be one of kind, dry"],
    ['an unknown one', { whom: 'Bob', who: 'Bob' }, "there is no input 'whom'"],
  ])('refuses inputs with %s, naming it', async (_name, inputs, expected) => {
    await using hub = await openRuns()
    const { status, body } = await hub.send(hub.ada, 'POST', `/workflows/${await hub.create(typed)}/runs`, {
      inputs,
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining(expected) })
    expect((await hub.send(hub.ada, 'GET', '/runs')).body).toEqual([])
  })

  it('refuses what cannot be started by hand, and what does not exist', async () => {
    await using hub = await openRuns()
    expect((await hub.send(hub.ada, 'POST', `/workflows/${await hub.create(pushed)}/runs`, {})).status).toBe(
      409,
    )
    expect((await hub.send(hub.ada, 'POST', '/workflows/nothing/runs', {})).status).toBe(404)
    const workflow = await hub.create(typed)
    const strange = await hub.send(hub.ada, 'POST', `/workflows/${workflow}/runs`, { input: {} })
    expect(strange).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    const nested = await hub.send(hub.ada, 'POST', `/workflows/${workflow}/runs`, {
      inputs: { who: { a: 1 } },
    })
    expect(nested.status).toBe(400)
  })

  it('hides the runs of a repository from those who may not read it', async () => {
    await using hub = await openRuns()
    const workflow = await hub.create(asleep)
    const about = { repository: 'acme/secret' }
    expect((await hub.send(hub.bob, 'POST', `/workflows/${workflow}/runs`, about)).status).toBe(404)
    const run = await hub.start(hub.ada, workflow, about)
    expect(run.repository).toBe('acme/secret')
    const open = await hub.start(hub.ada, workflow)
    const idsOf = async (as: SignedIn, path: string) =>
      (await hub.send(as, 'GET', path)).body.map((listed: Run) => listed.id)
    for (const path of ['/runs', `/workflows/${workflow}/runs`]) {
      expect(await idsOf(hub.ada, path)).toEqual([open.id, run.id])
      expect(await idsOf(hub.bob, path)).toEqual([])
    }
    expect(await idsOf(hub.ada, '/runs?repository=ACME/secret')).toEqual([run.id])
    expect((await hub.send(hub.bob, 'GET', '/runs?repository=acme/secret')).status).toBe(404)
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}`)).status).toBe(404)
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}/journal`)).status).toBe(404)
    expect((await hub.send(hub.bob, 'POST', `/runs/${run.id}/cancel`)).status).toBe(404)
    expect((await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)).status).toBe(404)
    // A last run that Bob may not see is not named to him either.
    const his = await hub.start(hub.bob, workflow)
    const latest = await hub.start(hub.ada, workflow, about)
    expect((await hub.send(hub.ada, 'GET', '/workflows')).body[0].last_run.id).toBe(latest.id)
    expect((await hub.send(hub.bob, 'GET', '/workflows')).body[0].last_run.id).toBe(his.id)
  })

  it('lets people run a workflow only where they may write', async () => {
    await using hub = await openRuns()
    const workflow = await hub.create(asleep)
    const about = { repository: 'acme/secret' }
    const lend = (permission: 'pull' | 'push') =>
      hub.store.write((tx) =>
        saveAccess(tx, [{ user_id: hub.bob.userId, repository_id: 1, permission, synced_at: 0 }]),
      )
    await lend('pull')
    const run = await hub.start(hub.ada, workflow, about)
    const asks = [`/workflows/${workflow}/runs`, `/runs/${run.id}/cancel`, `/runs/${run.id}/rerun`]
    for (const path of asks) {
      const answer = await hub.send(hub.bob, 'POST', path, about)
      expect(answer, path).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}`)).body.status).toBe('in_progress')
    // The same holds for his own workflow.
    const own = await hub.create(asleep, hub.bob)
    expect((await hub.send(hub.bob, 'POST', `/workflows/${own}/runs`, about)).status).toBe(403)
    await lend('push')
    expect((await hub.start(hub.bob, own, about)).actor).toBe('bob')
    expect((await hub.start(hub.bob, workflow, about)).actor).toBe('bob')
  })

  it('starts nothing about a repository that the maker may not write to, and tells steps only its name', async () => {
    await using hub = await openRuns()
    const his = await hub.create(asleep, hub.bob)
    const about = { repository: 'acme/secret' }
    expect(await hub.send(hub.ada, 'POST', `/workflows/${his}/runs`, about)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    const { id } = await hub.start(hub.ada, await hub.create(asleep), about)
    const [created] = (await hub.send(hub.ada, 'GET', `/runs/${id}/journal`)).body as JournalEntry[]
    expect((created!.data as { payload: unknown }).payload).toEqual({
      inputs: {},
      repository: { id: 1, full_name: 'acme/secret', default_branch: 'main' },
      sender: { login: 'ada' },
    })
  })

  it('lets a viewer look, but not start, cancel or re-run', async () => {
    await using hub = await openRuns()
    const workflow = await hub.create(asleep)
    const run = await hub.start(hub.ada, workflow, { repository: 'acme/secret' })
    expect((await hub.send(hub.vera, 'GET', `/runs/${run.id}`)).status).toBe(200)
    for (const path of [`/workflows/${workflow}/runs`, `/runs/${run.id}/cancel`, `/runs/${run.id}/rerun`]) {
      expect(await hub.send(hub.vera, 'POST', path, {})).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    }
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}`)).body.status).toBe('in_progress')
  })

  it('cancels what runs and runs again what is over, each only then', async () => {
    await using hub = await openRuns()
    const workflow = await hub.create(asleep)
    const run = await hub.start(hub.ada, workflow, { repository: 'acme/secret' })
    await hub.store.write((tx) =>
      saveAccess(tx, [{ user_id: hub.bob.userId, repository_id: 1, permission: 'push', synced_at: 0 }]),
    )
    expect(await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    })
    const cancelled = await hub.send(hub.bob, 'POST', `/runs/${run.id}/cancel`)
    expect(cancelled).toMatchObject({ status: 202, body: { id: run.id } })
    await hub.deps.engine.idle()
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}`)).body).toMatchObject({
      status: 'completed',
      conclusion: 'cancelled',
    })
    expect((await hub.send(hub.bob, 'POST', `/runs/${run.id}/cancel`)).status).toBe(409)
    const again = await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)
    expect(again).toMatchObject({ status: 201, body: { number: 1, attempt: 2, actor: 'bob' } })
    expect(again.body.id).not.toBe(run.id)
    expect((await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)).status).toBe(409)
    expect((await hub.send(hub.ada, 'GET', '/runs?status=in_progress')).body).toMatchObject([
      { id: again.body.id },
    ])
    expect((await hub.send(hub.ada, 'GET', '/runs?status=completed')).body).toMatchObject([{ id: run.id }])
    const root = await hub.signIn({ login: 'root', role: 'owner' })
    const audit = (await hub.send(root, 'GET', '/audit')).body as { action: string }[]
    expect(audit.map(({ action }) => action).filter((action) => action.startsWith('run.'))).toEqual([
      'run.rerun',
      'run.cancelled',
      'run.started',
    ])
  })

  it('pages through a journal from any place, oldest first', async () => {
    await using hub = await openRuns()
    const run = await hub.start(hub.ada, await hub.create(typed), { inputs: { who: 'Bob' } })
    const whole = (await hub.send(hub.ada, 'GET', `/runs/${run.id}/journal`)).body as JournalEntry[]
    expect(whole[0]).toMatchObject({ kind: 'run.created', topic: `run:${run.id}` })
    expect(whole.at(-1)).toMatchObject({ kind: 'run.finished' })
    expect(whole.map(({ n }) => n)).toEqual(whole.map((_, index) => index + 1))
    const paged: JournalEntry[] = []
    let next: string | undefined = `/runs/${run.id}/journal?limit=2`
    while (next) {
      const { body, link } = await hub.send(hub.ada, 'GET', next)
      paged.push(...body)
      next = /api\/v1([^>]+)>; rel="next"/.exec(String(link))?.[1]
    }
    expect(paged).toEqual(whole)
    const tail = await hub.send(hub.ada, 'GET', `/runs/${run.id}/journal?after=${whole[1]!.n}`)
    expect(tail.body).toEqual(whole.slice(2))
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}/journal?limit=1001`)).status).toBe(400)
  })
})
