import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CreatedApiToken, Scope } from '../../contract/identity.ts'
import { acceptDelivery, markDelivery } from '../../src/store/deliveries.ts'
import { seedContents, seeded, seedRepository } from '../support/seed-mirror.ts'
import { someStats } from '../support/some-stats.ts'
import { nextAddress, openTestApp, type SignedIn } from '../support/test-app.ts'

/**
 * What every route answers to whom; a route that is missing here fails. The columns: nobody; the member's API token
 * of scope `read`; a viewer; a member, who made the workflow and runs that are asked for; a maintainer; the owner of
 * the hub. All of them read the private repository that is asked for. Last a member who does not.
 */
const matrix = `
GET    /healthz                                        200  200  200    200    200        200   200
GET    /readyz                                         200  200  200    200    200        200   200
GET    /metrics                                        401  200  200    200    200        200   200
GET    /api/docs                                       200  200  200    200    200        200   200
GET    /api/v1/openapi.json                            200  200  200    200    200        200   200
POST   /webhooks/github                                401  401  401    401    401        401   401
GET    /auth/github                                    302  302  302    302    302        302   302
GET    /auth/github/callback                           400  400  400    400    400        400   400
POST   /auth/link                                      401  401  401    401    401        401   401
POST   /auth/refresh                                   401  401  401    401    401        401   401
POST   /auth/logout                                    204  204  204    204    204        204   204
GET    /auth/sessions                                  401  200  200    200    200        200   200
DELETE /auth/sessions/:id                              401  403  404    404    404        404   404
POST   /setup/github                                   403  403  403    403    403        403   403
POST   /setup/token                                    403  403  403    403    403        403   403
POST   /setup/demo                                     403  403  403    403    403        403   403
GET    /api/v1/setup                                   200  200  200    200    200        200   200
GET    /api/v1/me                                      401  200  200    200    200        200   200
GET    /api/v1/repos                                   401  200  200    200    200        200   200
GET    /api/v1/repos/:owner/:repo                      401  200  200    200    200        200   404
POST   /api/v1/repos/:owner/:repo/sync                 401  403  403    202    202        202   404
GET    /api/v1/repos/:owner/:repo/branches             401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/commits              401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/labels               401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues               401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues/:number       401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues/:number/comments 401 200 200   200    200        200   404
GET    /api/v1/repos/:owner/:repo/pulls                401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/pulls/:number        401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/pulls/:number/reviews 401 200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs         401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id     401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id/jobs 401 200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/workflows    401  200  200    200    200        200   404
GET    /api/v1/issues                                  401  200  200    200    200        200   200
GET    /api/v1/pulls                                   401  200  200    200    200        200   200
GET    /api/v1/actions/runs                            401  200  200    200    200        200   200
GET    /api/v1/workflows                               401  200  200    200    200        200   200
POST   /api/v1/workflows                               401  403  403    201    201        201   201
POST   /api/v1/workflows/validate                      401  200  200    200    200        200   200
GET    /api/v1/workflows/examples                      401  200  200    200    200        200   200
GET    /api/v1/workflows/:id                           401  200  200    200    200        200   200
PUT    /api/v1/workflows/:id                           401  403  403    200    200        200   403
PATCH  /api/v1/workflows/:id                           401  403  403    200    200        200   403
DELETE /api/v1/workflows/:id                           401  403  403    204    204        204   403
GET    /api/v1/workflows/:id/versions                  401  200  200    200    200        200   200
GET    /api/v1/workflows/:id/runs                      401  200  200    200    200        200   200
POST   /api/v1/workflows/:id/runs                      401  403  403    201    201        201   404
GET    /api/v1/runs                                    401  200  200    200    200        200   200
GET    /api/v1/runs/:id                                401  200  200    200    200        200   404
GET    /api/v1/runs/:id/journal                        401  200  200    200    200        200   404
POST   /api/v1/runs/:id/cancel                         401  403  403    202    202        202   404
POST   /api/v1/runs/:id/rerun                          401  403  403    201    201        201   404
GET    /api/v1/deliveries                              401  200  200    200    200        200   200
GET    /api/v1/deliveries/:id                          401  200  200    200    200        200   404
GET    /api/v1/changes                                 401  200  200    200    200        200   200
GET    /api/v1/sync                                    401  200  200    200    200        200   200
POST   /api/v1/sync                                    401  403  403    202    202        202   202
GET    /api/v1/stats                                   401  200  200    200    200        200   200
POST   /api/v1/live/ticket                             401  200  200    200    200        200   200
GET    /api/v1/live                                    426  426  426    426    426        426   426
GET    /api/v1/users                                   401  200  200    200    200        200   200
GET    /api/v1/users/:id                               401  200  200    200    200        200   200
PATCH  /api/v1/users/:id                               401  403  403    403    403        200   403
GET    /api/v1/tokens                                  401  200  200    200    200        200   200
POST   /api/v1/tokens                                  401  403  201    201    201        201   201
DELETE /api/v1/tokens/:id                              401  403  404    404    404        404   404
GET    /api/v1/audit                                   401  403  403    403    403        200   403
`

const people = ['none', 'read', 'viewer', 'member', 'maintainer', 'owner', 'stranger'] as const
type Person = (typeof people)[number]

const source = (name: string, step: string) =>
  `name: ${name}\non: workflow_dispatch\njobs:\n  only:\n    steps:\n      - ${step}\n`
const asleep = source('Asleep', '{ uses: hub/sleep, with: { seconds: 3600 } }')
const quick = source('Quick', '{ uses: hub/set-output, with: { a: 1 } }')

type Call = Pick<InjectOptions, 'url' | 'payload' | 'headers'>

async function openWorld() {
  const routes = new Set<string>()
  const remember = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const name of [method].flat()) if (name !== 'HEAD') routes.add(`${name} ${url}`)
    })
  subscribe('fastify.initialization', remember)
  const hub = await openTestApp({ stats: () => someStats })
  unsubscribe('fastify.initialization', remember)

  const member = await hub.signIn({ login: 'member' })
  const token = async (scope: Scope) => {
    const answer = await hub.ask({
      method: 'POST',
      url: '/api/v1/tokens',
      as: member,
      payload: { name: scope, scopes: [scope] },
    })
    return { accessToken: answer.json<CreatedApiToken>().token }
  }
  const as: Record<Person, Pick<SignedIn, 'accessToken'> | undefined> = {
    none: undefined,
    read: await token('read'),
    viewer: await hub.signIn({ login: 'viewer', role: 'viewer' }),
    member,
    maintainer: await hub.signIn({ login: 'maintainer', role: 'maintainer' }),
    owner: await hub.signIn({ login: 'owner', role: 'owner' }),
    stranger: await hub.signIn({ login: 'stranger' }),
  }
  const readers = ['member', 'viewer', 'maintainer', 'owner'].map(
    (name) => (as[name as Person] as SignedIn).userId,
  )
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers })
    await seedContents(tx, { repositoryId: 1, fullName: 'acme/secret' })
    await acceptDelivery(tx, { id: 'guid', event: 'issues', body: Buffer.from('{}'), received_at: 1 })
    await markDelivery(tx, 'guid', { state: 'applied', repository_id: 1 })
  })
  const spare = await hub.signIn({ login: 'spare' })

  const post = async (url: string, payload: object): Promise<string> =>
    (await hub.ask({ method: 'POST', url: `/api/v1${url}`, as: member, payload })).json().id
  const workflow = () => post('/workflows', { source: asleep })
  const run = async (text: string) => {
    const id = await post(`/workflows/${await post('/workflows', { source: text })}/runs`, {
      repository: 'acme/secret',
    })
    await hub.deps.engine.idle()
    return id
  }
  return { ...hub, routes, as, spare, workflow, run }
}
type World = Awaited<ReturnType<typeof openWorld>>

/** How to call the routes that need more than the names below; what they change is made anew for each call. */
const calls: Record<string, (world: World) => Promise<Call> | Call> = {
  'POST /api/v1/workflows': () => ({ payload: { source: asleep } }),
  'POST /api/v1/workflows/validate': () => ({ payload: { source: asleep } }),
  'GET /api/v1/workflows/:id': async (world) => ({ url: `/api/v1/workflows/${await world.workflow()}` }),
  'GET /api/v1/workflows/:id/versions': async (world) => ({
    url: `/api/v1/workflows/${await world.workflow()}/versions`,
  }),
  'GET /api/v1/workflows/:id/runs': async (world) => ({
    url: `/api/v1/workflows/${await world.workflow()}/runs`,
  }),
  'PUT /api/v1/workflows/:id': async (world) => ({
    url: `/api/v1/workflows/${await world.workflow()}`,
    payload: { source: quick },
  }),
  'PATCH /api/v1/workflows/:id': async (world) => ({
    url: `/api/v1/workflows/${await world.workflow()}`,
    payload: { enabled: false },
  }),
  'DELETE /api/v1/workflows/:id': async (world) => ({ url: `/api/v1/workflows/${await world.workflow()}` }),
  'POST /api/v1/workflows/:id/runs': async (world) => ({
    url: `/api/v1/workflows/${await world.workflow()}/runs`,
    payload: { repository: 'acme/secret' },
  }),
  'GET /api/v1/runs/:id': async (world) => ({ url: `/api/v1/runs/${await world.run(quick)}` }),
  'GET /api/v1/runs/:id/journal': async (world) => ({
    url: `/api/v1/runs/${await world.run(quick)}/journal`,
  }),
  'POST /api/v1/runs/:id/cancel': async (world) => ({
    url: `/api/v1/runs/${await world.run(asleep)}/cancel`,
  }),
  'POST /api/v1/runs/:id/rerun': async (world) => ({ url: `/api/v1/runs/${await world.run(quick)}/rerun` }),
  'GET /api/v1/deliveries/:id': () => ({ url: '/api/v1/deliveries/guid' }),
  'GET /api/v1/users/:id': (world) => ({ url: `/api/v1/users/${world.spare.userId}` }),
  'PATCH /api/v1/users/:id': (world) => ({
    url: `/api/v1/users/${world.spare.userId}`,
    payload: { role: 'member' },
  }),
  'POST /auth/link': () => ({ payload: { token: 'guess' } }),
  'POST /setup/github': () => ({ payload: { setup_token: 'guess', client_id: 'a', client_secret: 'b' } }),
  'POST /setup/token': () => ({ payload: { setup_token: 'guess', github_token: 'c' } }),
  'POST /setup/demo': () => ({ payload: { setup_token: 'guess' } }),
  'POST /api/v1/tokens': () => ({ payload: { name: 'one more', scopes: ['read'] } }),
}

/** Names in addresses, where a call above does not say otherwise. */
const names: Record<string, string> = {
  owner: 'acme',
  repo: 'secret',
  number: String(seeded.issue),
  id: 'unknown',
}

async function call(world: World, route: string, person: Person, asked?: 'HEAD'): Promise<number> {
  const [method, pattern] = route.split(' ') as ['GET', string]
  const { url, payload, headers } = (await calls[route]?.(world)) ?? {}
  const place = pattern.includes('/pulls/') ? { ...names, number: String(seeded.pull) } : names
  const ids = pattern.includes('/actions/runs/') ? { ...place, id: String(seeded.actionsRun) } : place
  const address = url ?? pattern.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? name)
  const answer = await world.ask({
    method: asked ?? method,
    url: address,
    remoteAddress: nextAddress(),
    ...(world.as[person] ? { as: world.as[person] } : {}),
    ...(headers ? { headers } : {}),
    ...(payload ? { payload } : method === 'GET' || method === 'DELETE' ? {} : { payload: {} }),
  })
  return answer.statusCode
}

const rows = matrix
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/))
  .map(([method, address, ...statuses]) => ({
    route: `${method} ${address}`,
    statuses: statuses.map(Number),
  }))

describe('permissions', () => {
  let world: World
  beforeAll(async () => {
    world = await openWorld()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  it('know every route', () => {
    expect(rows.map(({ route }) => route).sort()).toEqual([...world.routes].sort())
    expect(rows.every(({ statuses }) => statuses.length === people.length)).toBe(true)
  })

  it.each(rows)('of $route', async ({ route, statuses }) => {
    const answered: Record<string, number> = {}
    for (const person of people) answered[person] = await call(world, route, person)
    expect(answered).toEqual(Object.fromEntries(people.map((person, index) => [person, statuses[index]])))
  })

  it('are the same for HEAD as for GET', async () => {
    for (const { route, statuses } of rows) {
      if (!route.startsWith('GET /api/v1/')) continue
      const head = [await call(world, route, 'none', 'HEAD'), await call(world, route, 'stranger', 'HEAD')]
      expect(head, route).toEqual([statuses[0], statuses.at(-1)])
    }
  })

  it('do not let a token that is unknown, cut short or no token at all do anything', async () => {
    for (const accessToken of ['cldcde_unknown', 'eyJhbGciOiJub25lIn0.e30.', 'null', '']) {
      const { statusCode } = await world.ask({ method: 'GET', url: '/api/v1/me', as: { accessToken } })
      expect(statusCode, accessToken).toBe(401)
    }
  })
})
