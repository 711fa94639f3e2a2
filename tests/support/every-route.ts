import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { acts } from '../../contract/acts.ts'
import type { CreatedApiToken } from '../../contract/identity.ts'
import { acceptDelivery, markDelivery } from '../../src/store/deliveries.ts'
import { openStepLog } from '../../src/store/logs/step-logs.ts'
import { seedContents, seeded, seedRepository } from './seed-mirror.ts'
import { someStats } from './some-stats.ts'
import type { TempStore } from './temp-store.ts'
import { nextAddress, openTestApp, type SignedIn, type TestApp } from './test-app.ts'

/**
 * Who asks: nobody; the member's API token of scope `read`; a viewer; a member, who made the workflows and runs that
 * are asked for; a maintainer; the owner of the hub. All of them read the private repository that is asked for. Last
 * a member who does not.
 */
export const people = ['none', 'read', 'viewer', 'member', 'maintainer', 'owner', 'stranger'] as const
export type Person = (typeof people)[number]

export interface EveryRoute extends TestApp {
  /** `METHOD /address/:name` of everything that the app answers, HEAD aside. */
  routes: ReadonlySet<string>
  /** A request to a route as somebody, with an address and a body that fit. */
  prepare(route: string, person: Person, method?: 'HEAD'): Promise<Parameters<TestApp['ask']>[0]>
  /** Prepares such a request and sends it. */
  call(route: string, person: Person, method?: 'HEAD'): Promise<LightMyRequestResponse>
}

/** What the acts are told, by field. */
const told: Readonly<Record<string, unknown>> = {
  title: 'A title',
  body: 'Words',
  labels: ['bug'],
  assignees: ['octocat'],
  content: 'heart',
  sha: 'b'.repeat(40),
  commit_id: 'b'.repeat(40),
  expected_head_sha: 'b'.repeat(40),
  expectedHeadOid: 'b'.repeat(40),
  mergeMethod: 'MERGE',
  reviewers: ['octocat'],
  event: 'APPROVE',
  message: 'No more',
  path: 'README.md',
  ref: 'refs/heads/main',
  head: 'topic',
  base: 'main',
  tag_name: 'v1',
  name: 'tide',
  color: '0e8a16',
  new_name: 'wave',
  new_repo: 'other',
  environment_ids: [1],
  state: 'approved',
  comment: 'Go',
  suggestions: [{ comment: 1 }],
}

/** Enough of an act's body. */
function bodyOf({ properties, required = [] }: { properties: object; required?: readonly string[] }): object {
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(names.filter((name) => name in told).map((name) => [name, told[name]]))
}

const source = (name: string, step: string) =>
  `name: ${name}\non: workflow_dispatch\njobs:\n  only:\n    steps:\n      - ${step}\n`
const asleep = source('Asleep', '{ uses: hub/sleep, with: { seconds: 3600 } }')
const quick = source('Quick', '{ uses: hub/set-output, with: { a: 1 } }')

/** A hub in which there is one of everything, and a way to call each of its routes. */
export async function openEveryRoute(options: { store?: TempStore } = {}): Promise<EveryRoute> {
  const { hub, routes } = await openRemembering(options)
  const member = await hub.signIn({ login: 'member' })
  const viewer = await hub.signIn({ login: 'viewer', role: 'viewer' })
  const maintainer = await hub.signIn({ login: 'maintainer', role: 'maintainer' })
  const owner = await hub.signIn({ login: 'owner', role: 'owner' })
  const stranger = await hub.signIn({ login: 'stranger' })
  const spare = await hub.signIn({ login: 'spare' })
  await hub.store.write(async (tx) => {
    const readers = [member, viewer, maintainer, owner].map(({ userId }) => userId)
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers })
    await seedContents(tx, { repositoryId: 1, fullName: 'acme/secret' })
    await acceptDelivery(tx, { id: 'guid', event: 'issues', body: Buffer.from('{}'), received_at: 1 })
    await markDelivery(tx, 'guid', { state: 'applied', repository_id: 1 })
  })

  const post = async <T>(url: string, payload: object): Promise<T> =>
    (await hub.ask({ method: 'POST', url: `/api/v1${url}`, as: member, payload })).json()
  const { token } = await post<CreatedApiToken>('/tokens', { name: 'read', scopes: ['read'] })
  const credentials: Record<Person, Pick<SignedIn, 'accessToken'> | null> = {
    none: null,
    read: { accessToken: token },
    viewer,
    member,
    maintainer,
    owner,
    stranger,
  }

  const workflow = async (text = asleep) => (await post<{ id: string }>('/workflows', { source: text })).id
  const run = async (text: string) => {
    const about = { repository: 'acme/secret' }
    const { id } = await post<{ id: string }>(`/workflows/${await workflow(text)}/runs`, about)
    await hub.deps.engine.idle()
    return id
  }

  const set = async (table: 'secrets' | 'variables') => {
    const url = `/api/v1/${table}/bug`
    await hub.ask({ method: 'PUT', url, as: owner, payload: { value: 'x' } })
    return {}
  }

  /** What a route needs besides `names`; what it changes is made anew for each call. */
  const calls: Record<string, () => Promise<{ id?: string; payload?: object }>> = {
    ...Object.fromEntries(
      Object.values(acts).map(({ method, path, body }) => [
        `${method} /api/v1${path}`,
        async () => ({ payload: bodyOf(body as never) }),
      ]),
    ),
    'POST /api/v1/repos/:owner/:repo/releases/generate-notes': async () => ({ payload: { tag_name: 'v1' } }),
    'POST /auth/link': async () => ({ payload: { token: 'guess' } }),
    'POST /setup/github': async () => ({
      payload: { setup_token: 'guess', client_id: 'a', client_secret: 'b' },
    }),
    'POST /setup/token': async () => ({ payload: { setup_token: 'guess', github_token: 'c' } }),
    'POST /setup/demo': async () => ({ payload: { setup_token: 'guess' } }),
    'PUT /api/v1/searches': async () => ({
      payload: [{ name: 'Mine', q: 'author:@me', type: 'issues' }] as object,
    }),
    'PUT /api/v1/secrets/:name': async () => ({ payload: { value: 'hush' } }),
    'DELETE /api/v1/secrets/:name': () => set('secrets'),
    'PUT /api/v1/variables/:name': async () => ({ payload: { value: 'loud' } }),
    'DELETE /api/v1/variables/:name': () => set('variables'),
    'POST /api/v1/workflows': async () => ({ payload: { source: asleep } }),
    'POST /api/v1/workflows/validate': async () => ({ payload: { source: asleep } }),
    'GET /api/v1/workflows/:id': async () => ({ id: await workflow() }),
    'PUT /api/v1/workflows/:id': async () => ({ id: await workflow(), payload: { source: quick } }),
    'PATCH /api/v1/workflows/:id': async () => ({ id: await workflow(), payload: { enabled: false } }),
    'DELETE /api/v1/workflows/:id': async () => ({ id: await workflow() }),
    'GET /api/v1/workflows/:id/versions': async () => ({ id: await workflow() }),
    'GET /api/v1/workflows/:id/runs': async () => ({ id: await workflow() }),
    'POST /api/v1/workflows/:id/runs': async () => ({
      id: await workflow(),
      payload: { repository: 'acme/secret' },
    }),
    'GET /api/v1/runs/:id': async () => ({ id: await run(quick) }),
    'GET /api/v1/runs/:id/journal': async () => ({ id: await run(quick) }),
    'GET /api/v1/runs/:id/steps': async () => ({ id: await run(quick) }),
    'GET /api/v1/runs/:id/log': async () => {
      const id = await run(quick)
      await hub.store.write((tx) => openStepLog(tx, { run_id: id, job: 'a', step: 'b' }, 0))
      return { id }
    },
    'POST /api/v1/runs/:id/cancel': async () => ({ id: await run(asleep) }),
    'POST /api/v1/runs/:id/rerun': async () => ({ id: await run(quick) }),
    'GET /api/v1/deliveries/:id': async () => ({ id: 'guid' }),
    'GET /api/v1/deliveries/:id/effects': async () => ({ id: 'guid' }),
    'POST /api/v1/deliveries/:id/apply': async () => {
      await hub.store.write(async (tx) => {
        await acceptDelivery(tx, { id: 'again', event: 'issues', body: Buffer.from('{}'), received_at: 1 })
        await markDelivery(tx, 'again', { state: 'failed', repository_id: 1 })
      })
      return { id: 'again' }
    },
    'GET /api/v1/users/:id': async () => ({ id: spare.userId }),
    'PATCH /api/v1/users/:id': async () => ({ id: spare.userId, payload: { role: 'member' } }),
    'POST /api/v1/tokens': async () => ({ payload: { name: 'one more', scopes: ['read'] } }),
  }

  /** What an address needs behind `?`. */
  const asking: Record<string, string> = {
    'GET /api/v1/repos/:owner/:repo/actions/workflows/:id/file': '?ref=main',
    'GET /api/v1/runs/:id/log': '?job=a&step=b',
    'GET /api/v1/search': '?q=Issue',
    'GET /api/v1/search/counts': '?q=Issue',
    'GET /api/v1/search/values': '?of=label',
  }

  const prepare: EveryRoute['prepare'] = async (route, person, asked) => {
    const [method, address] = route.split(' ') as ['GET', string]
    const { id, payload } = (await calls[route]?.()) ?? {}
    const values: Record<string, string | number> = {
      owner: 'acme',
      repo: 'secret',
      number: address.includes('/pulls/') ? seeded.pull : seeded.issue,
      head_sha: 'b'.repeat(40),
      sha: 'b'.repeat(40),
      deployment_id: seeded.deployment,
      pull_number: seeded.pull,
      parent_number: seeded.issue,
      issue_number: seeded.issue,
      direction: 'blocked_by',
      discussion_number: seeded.discussion,
      id: id ?? idOf(address),
      name: 'bug',
      branch: 'thing',
      tag: 'v1',
      content: 'heart',
    }
    const as = credentials[person]
    const query = asking[route] ?? ''
    return {
      method: asked ?? method,
      url: address.replace(/:(\w+)/g, (_, name: string) => String(values[name])) + query,
      remoteAddress: nextAddress(),
      ...(as ? { as } : {}),
      ...(method === 'GET' || (method === 'DELETE' && !payload) ? {} : { payload: payload ?? {} }),
    }
  }

  return {
    ...hub,
    routes,
    prepare,
    call: async (route, person, method) => await hub.ask(await prepare(route, person, method)),
  }
}

/** The id of what a mirrored thing's address is of. */
function idOf(address: string): number | string {
  if (address.endsWith('/actions/jobs/:id') || address.endsWith('/jobs/:id/logs')) return seeded.actionsJob
  if (/\/(check-runs|actions\/artifacts)\//.test(address)) return 1
  if (address.includes('/actions/workflows/')) return 1004
  if (address.includes('/actions/runs/')) return seeded.actionsRun
  if (address.includes('/pulls/comments/')) return seeded.reviewComment
  if (/\/(pulls\/:number|actions\/jobs|actions\/workflows|releases)\//.test(address)) return 1
  return address.includes('/issues/comments/') ? seeded.comment : 'unknown'
}

/** Opens an app and notes the routes that it registers. */
async function openRemembering(options: { store?: TempStore }) {
  const routes = new Set<string>()
  const remember = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) if (name !== 'HEAD') routes.add(`${name} ${url}`)
    })
  }
  subscribe('fastify.initialization', remember)
  const hub = await openTestApp({ ...options, stats: () => someStats })
  unsubscribe('fastify.initialization', remember)
  return { hub, routes }
}
