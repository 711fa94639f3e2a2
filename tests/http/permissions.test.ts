import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acts } from '../../contract/acts.ts'
import { type PlainFace, plainFaces } from '../../contract/plain-faces.ts'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { type EveryRoute, openEveryRoute, people } from '../support/every-route.ts'

/** What every route answers to whom, in the order of `people`. A route that is missing here fails. */
const matrix = `
GET    /healthz                                        200  200  200    200    200        200   200
GET    /readyz                                         200  200  200    200    200        200   200
GET    /metrics                                        401  200  200    200    200        200   200
GET    /api/docs                                       200  200  200    200    200        200   200
GET    /api/v3/*                                       401  403  403    403    403        403   403
POST   /api/v3/*                                       401  403  403    403    403        403   403
PUT    /api/v3/*                                       401  403  403    403    403        403   403
PATCH  /api/v3/*                                       401  403  403    403    403        403   403
DELETE /api/v3/*                                       401  403  403    403    403        403   403
POST   /api/graphql                                    401  400  400    400    400        400   400
GET    /api/v1/openapi.json                            200  200  200    200    200        200   200
POST   /webhooks/github                                401  401  401    401    401        401   401
GET    /auth/github                                    302  302  302    302    302        302   302
GET    /auth/github/callback                           400  400  400    400    400        400   400
POST   /auth/link                                      401  401  401    401    401        401   401
POST   /auth/refresh                                   204  204  204    204    204        204   204
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
GET    /api/v1/repos/:owner/:repo/issues               401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues/:number       401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues/:number/comments 401 200 200   200    200        200   404
GET    /api/v1/repos/:owner/:repo/issues/:number/chain 401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/assignees            401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/issue-templates      401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/pull-templates       401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/issues/:number/own-reactions 401 409 409 409  409        409   404
GET    /api/v1/repos/:owner/:repo/pulls/:number/files  401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/merge-methods        401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/releases/drafts      401  409  409    409    409        409   404
POST   /api/v1/repos/:owner/:repo/releases/generate-notes 401 403 403 409 409 409 404
GET    /api/v1/repos/:owner/:repo/pulls/:number/commits 401  409  409    409    409        409   404
GET    /api/v1/repos/:owner/:repo/pulls                401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/pulls/:number        401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/pulls/:number/reviews 401 200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs         401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id     401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id/jobs 401 200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/jobs/:id     401  200  200    200    200        200   404
GET    /api/v1/repos/:owner/:repo/actions/jobs/:id/logs 401 202  202    202    202        202   404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id/pending_deployments 401 409 409 409 409 409 404
GET    /api/v1/repos/:owner/:repo/actions/runs/:id/artifacts 401 409 409 409 409 409 404
GET    /api/v1/repos/:owner/:repo/actions/artifacts/:id/zip 401 409 409 409 409 409 404
GET    /api/v1/repos/:owner/:repo/actions/workflows/:id/file 401 409 409 409 409 409 404
GET    /api/v1/repos/:owner/:repo/check-runs/:id/annotations 401 409 409 409 409 409 404
GET    /api/v1/repos/:owner/:repo/actions/workflows    401  200  200    200    200        200   404
GET    /api/v1/issues                                  401  200  200    200    200        200   200
GET    /api/v1/pulls                                   401  200  200    200    200        200   200
GET    /api/v1/actions/runs                            401  200  200    200    200        200   200
GET    /api/v1/inbox                                   401  200  200    200    200        200   200
GET    /api/v1/inbox/count                             401  200  200    200    200        200   200
PATCH  /api/v1/inbox/:id                               401  403  404    404    404        404   404
GET    /api/v1/searches                                401  200  200    200    200        200   200
PUT    /api/v1/searches                                401  403  200    200    200        200   200
GET    /api/v1/search                                  401  200  200    200    200        200   200
GET    /api/v1/search/counts                           401  200  200    200    200        200   200
GET    /api/v1/search/words                            401  200  200    200    200        200   200
GET    /api/v1/search/values                           401  200  200    200    200        200   200
GET    /api/v1/workflows                               401  200  200    200    200        200   200
POST   /api/v1/workflows                               401  403  403    201    201        201   201
POST   /api/v1/workflows/validate                      401  200  200    200    200        200   200
GET    /api/v1/workflows/examples                      401  200  200    200    200        200   200
GET    /api/v1/workflows/:id                           401  200  404    200    200        200   404
PUT    /api/v1/workflows/:id                           401  403  403    200    200        200   404
PATCH  /api/v1/workflows/:id                           401  403  403    200    200        200   404
DELETE /api/v1/workflows/:id                           401  403  403    204    204        204   404
GET    /api/v1/workflows/:id/versions                  401  200  404    200    200        200   404
GET    /api/v1/workflows/:id/runs                      401  200  404    200    200        200   404
POST   /api/v1/workflows/:id/runs                      401  403  403    201    201        201   404
GET    /api/v1/runs                                    401  200  200    200    200        200   200
GET    /api/v1/runs/:id                                401  200  200    200    200        200   404
GET    /api/v1/runs/:id/journal                        401  200  200    200    200        200   404
GET    /api/v1/runs/:id/steps                          401  200  200    200    200        200   404
GET    /api/v1/runs/:id/log                            401  200  200    200    200        200   404
POST   /api/v1/runs/:id/cancel                         401  403  403    202    202        202   404
POST   /api/v1/runs/:id/rerun                          401  403  403    201    201        201   404
GET    /api/v1/deliveries                              401  200  200    200    200        200   200
GET    /api/v1/deliveries/:id                          401  200  200    200    200        200   404
GET    /api/v1/deliveries/:id/effects                  401  200  200    200    200        200   404
POST   /api/v1/deliveries/:id/apply                    401  403  403    202    202        202   404
GET    /api/v1/changes                                 401  200  200    200    200        200   200
GET    /api/v1/sync/set-aside                          401  200  200    200    200        200   200
GET    /api/v1/sync                                    401  200  200    200    200        200   200
POST   /api/v1/sync                                    401  403  403    202    202        202   202
GET    /api/v1/sync/overview                           401  200  200    200    200        200   200
POST   /api/v1/sync/pause                              401  403  403    403    403        200   403
POST   /api/v1/sync/resume                             401  403  403    403    403        200   403
POST   /api/v1/sync/retry                              401  403  403    202    202        202   202
GET    /api/v1/insights                                401  200  200    200    200        200   200
GET    /api/v1/security/alerts                         401  200  200    200    200        200   200
GET    /api/v1/stats                                   401  200  200    200    200        200   200
POST   /api/v1/live/ticket                             401  200  200    200    200        200   200
GET    /api/v1/live                                    426  426  426    426    426        426   426
GET    /api/v1/users                                   401  200  200    200    200        200   200
GET    /api/v1/users/:id                               401  200  200    200    200        200   200
PATCH  /api/v1/users/:id                               401  403  403    403    403        200   403
GET    /api/v1/tokens                                  401  200  200    200    200        200   200
POST   /api/v1/tokens                                  401  403  201    201    201        201   201
DELETE /api/v1/tokens/:id                              401  403  404    404    404        404   404
GET    /api/v1/secrets                                 401  200  403    200    200        200   200
PUT    /api/v1/secrets/:name                           401  403  403    403    403        204   403
DELETE /api/v1/secrets/:name                           401  403  403    403    403        204   403
GET    /api/v1/variables                               401  200  403    200    200        200   200
PUT    /api/v1/variables/:name                         401  403  403    403    403        204   403
DELETE /api/v1/variables/:name                         401  403  403    403    403        204   403
GET    /api/v1/retention                               401  403  403    403    403        200   403
GET    /api/v1/audit                                   401  403  403    403    403        200   403
${Object.entries<PlainFace<never>>(plainFaces)
  .map(([kind, { list, path = list }]) => {
    // They may all push, and none of them administers.
    const status = kindNamed(kind)?.seenBy === 'admin' ? 403 : 200
    return `GET /api/v1/repos/:owner/:repo/${path} 401 ${`${status} `.repeat(5)}404`
  })
  .join('\n')}
${
  // Members come as far as GitHub, to which nobody here is connected.
  Object.values(acts)
    .map(({ method, path }) => `${method} /api/v1${path} 401 403 403 409 409 409 404`)
    .join('\n')
}
`

const rows = matrix
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/))
  .map(([method, address, ...statuses]) => ({
    route: `${method} ${address}`,
    statuses: statuses.map(Number),
  }))

describe('permissions', () => {
  let hub: EveryRoute
  beforeAll(async () => {
    hub = await openEveryRoute()
  })
  afterAll(() => hub[Symbol.asyncDispose]())

  it('know every route', () => {
    expect(rows.map(({ route }) => route).sort()).toEqual([...hub.routes].sort())
    expect(rows.every(({ statuses }) => statuses.length === people.length)).toBe(true)
  })

  it.each(rows)('of $route', async ({ route, statuses }) => {
    const answered: Record<string, number> = {}
    for (const person of people) answered[person] = (await hub.call(route, person)).statusCode
    expect(answered).toEqual(Object.fromEntries(people.map((person, index) => [person, statuses[index]])))
  })

  it('are the same for HEAD as for GET', async () => {
    for (const { route, statuses } of rows) {
      if (!route.startsWith('GET /api/v1/')) continue
      const head = await Promise.all(
        (['none', 'stranger'] as const).map(async (who) => (await hub.call(route, who, 'HEAD')).statusCode),
      )
      expect(head, route).toEqual([statuses[0], statuses.at(-1)])
    }
  })

  it('do not let a token that is unknown, cut short or no token at all do anything', async () => {
    for (const accessToken of ['cldcde_unknown', 'eyJhbGciOiJub25lIn0.e30.', 'null', '']) {
      const { statusCode } = await hub.ask({ method: 'GET', url: '/api/v1/me', as: { accessToken } })
      expect(statusCode, accessToken).toBe(401)
    }
  })
})
