import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { openEveryRoute, type Person } from '../support/every-route.ts'
import { ownPostgres } from '../support/postgres-server.ts'

/** What a hub can answer from memory. Whatever is not named here needs the database. */
const withoutDatabase = new Set(['GET /healthz', 'GET /api/docs', 'GET /api/v1/openapi.json'])

/** Refused before the database would be asked: no cookie, no valid signature, no such parameters. */
const refusedBefore: Record<string, number> = {
  'POST /webhooks/github': 401,
  'GET /auth/github': 302,
  'GET /auth/github/callback': 400,
  'POST /auth/refresh': 204,
  'POST /auth/logout': 204,
}

describe('while Postgres is away', () => {
  it('every route that needs it answers 503, and when to come again', async () => {
    await using server = await ownPostgres()
    const place = { dataDir: '', databaseUrl: server.url }
    const store = await openStore(place)
    await using hub = await openEveryRoute({
      store: { ...store, place, dataDir: '', [Symbol.asyncDispose]: store.close },
    })
    const person: Person = 'owner'
    const requests = []
    for (const route of hub.routes) {
      if (route.startsWith('GET /api/v1/live') || route.endsWith('*')) continue
      requests.push({ route, request: await hub.prepare(route, person) })
    }
    await server.stop('fast')
    const wrong: string[] = []
    for (const { route, request } of requests) {
      const { statusCode, headers } = await hub.ask(request)
      const unavailable =
        statusCode === 503 &&
        headers['retry-after'] === '1' &&
        String(headers['content-type']).startsWith(errorsOf(route))
      const right = withoutDatabase.has(route)
        ? statusCode < 400
        : unavailable || statusCode === refusedBefore[route]
      if (!right) wrong.push(`${route} ${statusCode} ${headers['retry-after'] ?? ''}`)
    }
    await server.start()
    expect(wrong).toEqual([])
    await expect.poll(async () => (await hub.call('GET /api/v1/me', person)).statusCode).toBe(200)
  }, 120_000)
})

/** What speaks GitHub's API says what is wrong as GitHub does. */
const errorsOf = (route: string) =>
  route === 'POST /api/graphql' ? 'application/json' : 'application/problem+json'
