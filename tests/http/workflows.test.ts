import { describe, expect, it } from 'vitest'
import type { WorkflowDetail, WorkflowVersion } from '../../contract/workflows.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const greeting = `name: Greeting
on:
  workflow_dispatch:
jobs:
  greet:
    steps:
      - id: say
        uses: hub/set-output
        with: { text: hello }
`
const renamed = greeting.replace('Greeting', 'Farewell')
const broken = `name: Broken
on: workflow_dispatch
jobs:
  first:
    needs: nobody
    steps:
      - uses: hub/set-output
        with: { a: '\${{ github.' }
`

async function openWorkflows() {
  const hub = await openTestApp()
  const ada = await hub.signIn({ login: 'ada' })
  const send = async (
    as: SignedIn,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as, ...(payload ? { payload } : {}) })
    return {
      status: answer.statusCode,
      type: String(answer.headers['content-type']),
      body: answer.body === '' ? null : answer.json(),
    }
  }
  const create = async (as: SignedIn, source = greeting) =>
    (await send(as, 'POST', '/workflows', { source })).body as WorkflowDetail
  return { ...hub, ada, send, create }
}

describe('workflows', () => {
  it('creates a workflow and shows it with source, graph, inputs and rights', async () => {
    await using hub = await openWorkflows()
    const { status, body } = await hub.send(hub.ada, 'POST', '/workflows', { source: greeting })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'Greeting',
      version: 1,
      enabled: true,
      created_by: 'ada',
      triggers: ['workflow_dispatch'],
      last_run: null,
      source: greeting,
      inputs: [],
      can_edit: true,
      graph: { jobs: [{ id: 'greet', needs: [], steps: [{ id: 'say', uses: 'hub/set-output' }] }] },
    })
    expect((await hub.send(hub.ada, 'GET', `/workflows/${body.id}`)).body).toEqual(body)
    const { source: _, graph: __, inputs: ___, can_edit: ____, ...listed } = body
    expect((await hub.send(hub.ada, 'GET', '/workflows')).body).toEqual([listed])
  })

  it('answers a broken source with every problem at its place, and stores nothing', async () => {
    await using hub = await openWorkflows()
    const answer = await hub.send(hub.ada, 'POST', '/workflows', { source: broken })
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_workflow', status: 422 } })
    expect(answer.type).toContain('application/problem+json')
    expect(answer.body.problems).toMatchObject([
      { line: 5, severity: 'error' },
      { line: 8, severity: 'error' },
    ])
    for (const { column, message } of answer.body.problems) {
      expect(column).toBeGreaterThan(1)
      expect(message).not.toBe('')
    }
    expect(answer.body.detail).toContain('2 errors')
    expect((await hub.send(hub.ada, 'GET', '/workflows')).body).toEqual([])
  })

  it('validates without storing', async () => {
    await using hub = await openWorkflows()
    const good = await hub.send(hub.ada, 'POST', '/workflows/validate', { source: greeting })
    expect(good).toMatchObject({
      status: 200,
      body: { problems: [], inputs: [], graph: { jobs: [{ id: 'greet' }] } },
    })
    const bad = await hub.send(hub.ada, 'POST', '/workflows/validate', { source: broken })
    expect(bad.status).toBe(200)
    expect(bad.body).toMatchObject({ graph: null, inputs: null })
    expect(bad.body.problems).toHaveLength(2)
    expect((await hub.send(hub.ada, 'GET', '/workflows')).body).toEqual([])
  })

  it('keeps every version', async () => {
    await using hub = await openWorkflows()
    const { id } = await hub.create(hub.ada)
    expect((await hub.send(hub.ada, 'PUT', `/workflows/${id}`, { source: renamed })).body).toMatchObject({
      id,
      name: 'Farewell',
      version: 2,
      source: renamed,
    })
    expect((await hub.send(hub.ada, 'PUT', `/workflows/${id}`, { source: broken })).status).toBe(422)
    const versions = (await hub.send(hub.ada, 'GET', `/workflows/${id}/versions`)).body as WorkflowVersion[]
    expect(versions.map(({ version, source, created_by }) => [version, source, created_by])).toEqual([
      [2, renamed, 'ada'],
      [1, greeting, 'ada'],
    ])
  })

  it('switches off and on, and deletes', async () => {
    await using hub = await openWorkflows()
    const { id } = await hub.create(hub.ada)
    expect((await hub.send(hub.ada, 'PATCH', `/workflows/${id}`, { enabled: false })).body.enabled).toBe(
      false,
    )
    expect((await hub.send(hub.ada, 'POST', `/workflows/${id}/runs`, {})).status).toBe(409)
    expect((await hub.send(hub.ada, 'PATCH', `/workflows/${id}`, { enabled: true })).body.enabled).toBe(true)
    expect((await hub.send(hub.ada, 'DELETE', `/workflows/${id}`)).status).toBe(204)
    for (const path of ['', '/versions', '/runs']) {
      expect((await hub.send(hub.ada, 'GET', `/workflows/${id}${path}`)).status).toBe(404)
    }
  })

  it('lets its maker and maintainers change it, and nobody else; who changes it becomes its maker', async () => {
    await using hub = await openWorkflows()
    const { id } = await hub.create(hub.ada)
    const bob = await hub.signIn({ login: 'bob', role: 'member' })
    const mia = await hub.signIn({ login: 'mia', role: 'maintainer' })
    expect((await hub.send(bob, 'GET', `/workflows/${id}`)).status).toBe(404)
    await hub.send(hub.ada, 'PATCH', `/workflows/${id}`, { visibility: 'shared' })
    expect((await hub.send(bob, 'GET', `/workflows/${id}`)).body.can_edit).toBe(false)
    for (const [method, payload] of [
      ['PUT', { source: renamed }],
      ['PATCH', { enabled: false }],
      ['DELETE', undefined],
    ] as const) {
      expect(await hub.send(bob, method, `/workflows/${id}`, payload)).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      })
    }
    expect((await hub.send(mia, 'PUT', `/workflows/${id}`, { source: renamed })).body).toMatchObject({
      created_by: 'mia',
      version: 2,
    })
    // It acts in Mia's name now: Ada may not slip steps into it.
    expect((await hub.send(hub.ada, 'PUT', `/workflows/${id}`, { source: greeting })).status).toBe(403)
  })

  it('writes every change into the log and the audit', async () => {
    await using hub = await openWorkflows()
    const { id } = await hub.create(hub.ada)
    await hub.send(hub.ada, 'PATCH', `/workflows/${id}`, { enabled: false })
    await hub.send(hub.ada, 'DELETE', `/workflows/${id}`)
    const changes = (await hub.send(hub.ada, 'GET', '/changes?topic=system')).body
    const ofWorkflow = changes.filter(({ kind }: { kind: string }) => kind === 'workflow.updated')
    expect(ofWorkflow.map(({ data }: { data: { action: string } }) => data.action)).toEqual([
      'deleted',
      'disabled',
      'created',
    ])
    const root = await hub.signIn({ login: 'root', role: 'owner' })
    const audit = (await hub.send(root, 'GET', '/audit')).body as {
      action: string
      target: string
      actor: string
    }[]
    expect(audit.filter(({ target }) => target === id).map(({ action, actor }) => [action, actor])).toEqual([
      ['workflow.deleted', 'ada'],
      ['workflow.disabled', 'ada'],
      ['workflow.created', 'ada'],
    ])
  })

  it.each([
    ['no source', {}],
    ['an empty source', { source: '' }],
    ['an unknown property', { source: greeting, name: 'x' }],
    ['another type', { source: 1 }],
  ])('refuses %s', async (_name, payload) => {
    await using hub = await openWorkflows()
    expect(await hub.send(hub.ada, 'POST', '/workflows', payload)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })

  it('offers examples, each of which can be created as it is', async () => {
    await using hub = await openWorkflows()
    const examples = (await hub.send(hub.ada, 'GET', '/workflows/examples')).body
    expect(examples.length).toBeGreaterThanOrEqual(5)
    for (const { source, name, file } of examples) {
      expect(await hub.send(hub.ada, 'POST', '/workflows', { source }), file).toMatchObject({
        status: 201,
        body: { name },
      })
    }
  })
})
