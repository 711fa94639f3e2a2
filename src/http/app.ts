import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { authenticateRequests } from './authenticate.ts'
import { createBodyRoom } from './body-room.ts'
import type { HttpDeps } from './deps.ts'
import { githubApi } from './github-api/github-api.ts'
import { createLimits, installLimits } from './limits.ts'
import { installOpenapi } from './openapi.ts'
import { installProblems, sendProblem, toCoded } from './problems.ts'
import { readBodies } from './read-body.ts'
import { rejectRefusedTokens } from './refused-tokens.ts'
import { installRequestLog } from './request-log.ts'
import { lazyRequestLogger } from './request-logger.ts'
import { requireAccess } from './route-access.ts'
import { actionsRoutes } from './routes/actions.ts'
import { actionsActsRoutes } from './routes/actions-acts.ts'
import { actionsDetailsRoutes } from './routes/actions-details.ts'
import { alertsRoutes } from './routes/alerts.ts'
import { assigneesRoutes } from './routes/assignees.ts'
import { auditRoutes } from './routes/audit.ts'
import { authRoutes } from './routes/auth.ts'
import { chainRoutes } from './routes/chain.ts'
import { changesRoutes } from './routes/changes.ts'
import { deliveriesRoutes } from './routes/deliveries.ts'
import { docsRoutes } from './routes/docs.ts'
import { healthRoutes } from './routes/health.ts'
import { inboxRoutes } from './routes/inbox.ts'
import { insightsRoutes } from './routes/insights.ts'
import { issueActsRoutes } from './routes/issue-acts.ts'
import { issuesRoutes } from './routes/issues.ts'
import { jobLogsRoutes } from './routes/job-logs.ts'
import { liveRoutes } from './routes/live.ts'
import { meRoutes } from './routes/me.ts'
import { mergeMethodsRoutes } from './routes/merge-methods.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { ownReactionsRoutes } from './routes/own-reactions.ts'
import { plainListsRoutes } from './routes/plain-lists.ts'
import { pullActsRoutes } from './routes/pull-acts.ts'
import { pullDetailsRoutes } from './routes/pull-details.ts'
import { pullsRoutes } from './routes/pulls.ts'
import { releaseDetailsRoutes } from './routes/release-details.ts'
import { reposRoutes } from './routes/repos.ts'
import { repositoryActsRoutes } from './routes/repository-acts.ts'
import { retentionRoutes } from './routes/retention.ts'
import { runOutputRoutes } from './routes/run-output.ts'
import { runsRoutes } from './routes/runs.ts'
import { searchRoutes } from './routes/search.ts'
import { searchesRoutes } from './routes/searches.ts'
import { secretsRoutes } from './routes/secrets.ts'
import { sessionsRoutes } from './routes/sessions.ts'
import { setupRoutes } from './routes/setup.ts'
import { statsRoutes } from './routes/stats.ts'
import { syncRoutes } from './routes/sync.ts'
import { syncControlRoutes } from './routes/sync-control.ts'
import { templatesRoutes } from './routes/templates.ts'
import { tokensRoutes } from './routes/tokens.ts'
import { usersRoutes } from './routes/users.ts'
import { webhooksRoutes } from './routes/webhooks.ts'
import { workflowsRoutes } from './routes/workflows.ts'
import { installSecurityHeaders } from './security-headers.ts'
import { installWebApp } from './static-files.ts'
import { collectRoutes, installNotFound } from './unknown-routes.ts'
import { validate } from './validation.ts'

declare module 'fastify' {
  interface FastifyInstance {
    publicUrl: string
  }
}

/** In bytes, of what people send; webhooks may be larger. */
const largestBody = 1024 * 1024

/** How long requests under way may take when the hub stops. */
const farewellMs = 2_000

/** For machines that call thousands of times a second: no headers, limits or sign-in before them. */
const leanRoutes = [healthRoutes, webhooksRoutes]

/** For people's browsers: cookies, redirects, pages. */
const browserRoutes = [authRoutes, sessionsRoutes, setupRoutes, docsRoutes, metricsRoutes]

/** Under `/api/v1`. */
const apiRoutes = [
  meRoutes,
  reposRoutes,
  repositoryActsRoutes,
  releaseDetailsRoutes,
  plainListsRoutes,
  issuesRoutes,
  chainRoutes,
  issueActsRoutes,
  alertsRoutes,
  ownReactionsRoutes,
  assigneesRoutes,
  templatesRoutes,
  pullsRoutes,
  pullActsRoutes,
  pullDetailsRoutes,
  mergeMethodsRoutes,
  actionsRoutes,
  jobLogsRoutes,
  actionsDetailsRoutes,
  searchRoutes,
  searchesRoutes,
  inboxRoutes,
  actionsActsRoutes,
  workflowsRoutes,
  runsRoutes,
  runOutputRoutes,
  deliveriesRoutes,
  changesRoutes,
  syncRoutes,
  syncControlRoutes,
  statsRoutes,
  insightsRoutes,
  usersRoutes,
  secretsRoutes,
  tokensRoutes,
  auditRoutes,
  retentionRoutes,
  liveRoutes,
]

/** Builds the HTTP side of the hub; the caller listens. Throws when a route does not say who may call it. */
export async function createApp(deps: HttpDeps): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    // `installRequestLog` writes one line a request instead of two.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    childLoggerFactory: lazyRequestLogger,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: false,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000, // what trickles in must not hold its connection for ever
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, toCoded(error, request)),
    routerOptions: { maxParamLength: 200 },
    // Given here, since Fastify loads its own otherwise. Handlers' types follow the response schemas already.
    schemaController: {
      compilersFactory: {
        buildValidator: () => validate as never, // its type wants what compiles Fastify's own kind of schema
        buildSerializer: () => () => (answer) => JSON.stringify(answer),
      },
    },
    // Clients that offer HTTP/2 without TLS get their answer over HTTP/1.1: RFC 9110, section 7.8.
    http: {
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
    },
  }).withTypeProvider<TypeBoxTypeProvider>()

  // The server waits for every connection, also for one whose request never comes to an end.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), farewellMs).unref()
  })
  app.decorate('publicUrl', deps.publicUrl)
  app.decorateRequest('viewer')
  app.decorateRequest('bodyHold')
  app.decorate('bodyRoom', createBodyRoom())
  app.removeContentTypeParser('text/plain')
  installProblems(app)
  installRequestLog(app, deps)
  await createLimits(app)
  app.addHook('onRoute', requireAccess)
  const known = collectRoutes(app)
  await installOpenapi(app)

  for (const routes of leanRoutes) await app.register(routes(deps))
  await app.register(githubApi(deps))
  await app.register(async (people) => {
    await people.register(cookie)
    await installSecurityHeaders(people, {
      publicUrl: deps.publicUrl,
      imageOrigin: () => new URL(deps.github.webUrl).origin,
    })
    people.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id)
      reply.header('cache-control', 'no-store')
    })
    authenticateRequests(people, deps)
    installLimits(people)
    rejectRefusedTokens(people, deps)
    const parseJson = people.getDefaultJsonParser('error', 'error')
    readBodies(people, { room: app.bodyRoom, limit: largestBody }, (request, body, done) =>
      parseJson(request, body.toString(), done),
    )
    for (const routes of browserRoutes) await people.register(routes(deps))
    for (const routes of apiRoutes) await people.register(routes(deps), { prefix: '/api/v1' })
    installNotFound(people, { known, fallback: await installWebApp(people, deps) })
  })
  return app
}
