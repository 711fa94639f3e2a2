import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { localGithubInstalled } from '../demo/emulate.ts'
import type { Config } from './config.ts'
import { createEngine } from './engine/create-engine.ts'
import { createSteps } from './engine/steps/create-steps.ts'
import { coded, messageOf } from './errors.ts'
import { createEvents } from './events.ts'
import { createGithub } from './github/create-github.ts'
import { whyUnreachable } from './github/why-unreachable.ts'
import { createApp } from './http/app.ts'
import { serveMetrics } from './http/metrics-listener.ts'
import { metricsOnDemand } from './http/metrics-on-demand.ts'
import { createStats } from './http/stats.ts'
import { findPort, isLoopback, reachableHost } from './listen-address.ts'
import { startLive } from './live/sockets.ts'
import { openCommands } from './open-commands.ts'
import { projectRoot } from './project-root.ts'
import type { NodeIdentity } from './queue/owner.ts'
import { createSqlQueue } from './queue/sql-queue.ts'
import { createStormGauge } from './queue/storm-gauge.ts'
import { warnOfRuntime } from './runtime.ts'
import { adoptOwnerEventually, inviteOwner, type Owner } from './single-user.ts'
import { countPendingDeliveries } from './store/deliveries.ts'
import { readFigures } from './store/figures.ts'
import { createGithubTokens } from './store/github-tokens.ts'
import { openKeys } from './store/open-keys.ts'
import { openStore } from './store/open-store.ts'
import { countRunsInProgress, findRun } from './store/runs.ts'
import { readOauthApp } from './store/settings.ts'
import { ensureSetupToken } from './store/setup-token.ts'
import {
  createDrain,
  createTaskHandlers,
  enqueueRepeatedTasks,
  type MirrorTaskDeps,
  removeOldRows,
} from './tasks/index.ts'

/** How long GitHub may take to be there before its absence is said. */
const githubMs = 5_000
/** How long running tasks may take to end: all that is closed one after the other fits into the time to stop. */
const taskGraceMs = 3_000
const webRoot = join(projectRoot, 'dist/web')

export interface HubOptions {
  config: Config
  demo: boolean
  log: Logger
  clock: () => number
  /** Closes this hub and opens the demo at the same address. */
  restartAsDemo: () => Promise<void>
  /** Who this hub is among those of one database. */
  node: NodeIdentity
  /** Tells the command line where the hub listens. */
  announce: (url: string) => void
  /** A line for whoever started the hub. */
  say: (line: string) => void
  /** The disk refused a commit for good: the process must end, what is acknowledged is safe. */
  onFatal: (error: unknown) => void
}

export interface Hub {
  url: string
  port: number
  /** Ends in order: no new requests, then the work under way, then the files. */
  close(): Promise<void>
}

/** Opens everything in order of dependence and listens. What was opened is closed again when a later part fails. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const opened: (() => unknown)[] = []
  const close = async () => {
    for (let end = opened.pop(); end; end = opened.pop()) await end()
  }
  try {
    const hub = await open(options, (end) => opened.push(end))
    return { ...hub, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(options: HubOptions, onClose: (end: () => unknown) => void): Promise<Omit<Hub, 'close'>> {
  const { config, demo, log, clock, say } = options
  const port = await findPort(config)
  const publicUrl =
    demo || !config.publicUrl ? `http://${reachableHost(config.host)}:${port}` : config.publicUrl
  const events = createEvents((error) => log.error({ err: error }, `a listener failed: ${messageOf(error)}`))

  const demoMode = demo ? await import('./demo-mode.ts') : null
  const local = demoMode && (await demoMode.openDemoGithub({ dataDir: config.dataDir, publicUrl, log }))
  if (local) onClose(() => local.close())
  const store = await openStore({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    onFatal: options.onFatal,
    onCommit: (commit) => events.emit('store.committed', commit),
  })
  onClose(() => store.close())
  const { sealer, jwtKey, webhookSecret } = await openKeys(store, config)
  const webhookSecrets =
    config.github.webhookSecrets.length > 0 ? config.github.webhookSecrets : [webhookSecret]
  const webhook = { url: `${publicUrl}/webhooks/github`, secret: webhookSecrets[0]! }

  const webUrl = local?.url ?? config.github.webUrl
  const apiUrl = local?.apiUrl ?? config.github.apiUrl
  const github = createGithub({
    webUrl,
    apiUrl,
    events,
    log,
    clock,
  })
  const tokens = createGithubTokens({ store, sealer, clock })
  const commands = openCommands(config)
  onClose(() => commands.runner.close())
  events.on('job.finished', (job) => {
    commands.runner
      .endJob(job)
      .catch((error: unknown) => log.warn({ err: error, ...job }, 'a workspace stays'))
  })
  const engine = createEngine({
    store,
    node: options.node,
    clock,
    log,
    events,
    steps: createSteps({
      http: { allowHosts: config.stepAllowHosts },
      commands: {
        ...{ store, events, clock, runner: commands.runner, policy: config.commands.policy },
      },
    }),
    addresses: { server_url: webUrl, api_url: apiUrl },
    sealer,
    github: async (userId) => {
      const credential = await tokens.tokenOf(userId)
      if (!credential) {
        throw coded('github_not_connected', 'The maker of this workflow is not connected to GitHub any more.')
      }
      const client = github.forToken(credential.token, { userId })
      return {
        request: (route, parameters, signal) => client.request(route, { ...parameters, request: { signal } }),
      }
    },
  })

  const mirror: MirrorTaskDeps = {
    store,
    enqueue: (tx, task) => queue.enqueue(tx, task),
    github,
    tokens,
    events,
    log,
    clock,
    async startRuns(tx, { repositoryId, repository, ...event }) {
      if (repositoryId === null || repository === null) return
      await engine.startTriggered(tx, { ...event, repository: { id: repositoryId, full_name: repository } })
    },
    webhook: () => (demo || config.publicUrl ? webhook : null),
  }
  const busy = createStormGauge(events, clock)
  const { retention } = config
  const queue = createSqlQueue({
    ...{ store, events, log, clock, busy },
    handlers: {
      ...createTaskHandlers(mirror),
      'remove-old': removeOldRows({ store, enqueue: mirror.enqueue, events, clock, retention }),
    },
    node: options.node,
    graceMs: taskGraceMs,
  })
  const drain = createDrain({ ...mirror, busy })
  // Together: each lets what runs end for a while, and does nothing before it is started.
  onClose(() => Promise.all([drain.stop(), queue.stop(), engine.close()]))

  const live = await startLive({ store, events, log, clock, onJournal: engine.onJournal })
  const read = {
    // To whoever looks on, deliveries that wait are work of the queue like any other.
    async queue() {
      const [stats, pending] = await Promise.all([queue.stats(), countPendingDeliveries(store.read, clock())])
      return { ...stats, ready: stats.ready + pending.ready, delayed: stats.delayed + pending.delayed }
    },
    store: () => store.sizes(),
    figures: (since: number) => readFigures(store.read, { since }),
    disk: () => statfs(config.dataDir),
    runsInProgress: () => countRunsInProgress(store.read),
    sockets: () => live.open,
  }
  const { stats, tick, ...counting } = createStats({ events, clock, read })
  onClose(() => counting.close())
  const { metrics, ...measuring } = metricsOnDemand({ events, read })
  onClose(() => measuring.close())
  // Who will ask wants all counted from the start.
  if (config.metrics.token !== null || config.metrics.port !== null) await measuring.begin()

  const ownToken = local?.people.find(({ role }) => role === 'owner')?.token ?? config.github.token
  let owner: Owner | null = null
  const app = await createApp({
    store,
    queue,
    engine,
    github,
    sealer,
    live,
    events,
    log,
    clock,
    publicUrl,
    webhookSecrets: () => webhookSecrets,
    oauthApp: async () => local ?? oauthAppOf(config) ?? (await readOauthApp(store.read, sealer)),
    jwtKey,
    singleUser: () => (demo ? null : owner),
    defaultRole: demo ? 'member' : 'viewer',
    commandPolicy: config.commands.policy,
    stats,
    retention,
    demo: {
      status: () => ({
        running: demo,
        available: localGithubInstalled(),
        people: (local?.people ?? []).map(({ login, name, role }) => ({ login, name, role })),
      }),
      start: options.restartAsDemo,
    },
    webRoot: existsSync(join(webRoot, 'index.html')) ? webRoot : null,
    metricsToken: config.metrics.token,
    metrics,
  })
  onClose(() => app.close())
  // Before the app, whose server waits for every connection to end.
  onClose(() => live.close())
  // Before the hub's own: who listens must not find out afterwards that the figures cannot be had.
  if (config.metrics.port !== null) onClose(await serveMetrics(config.metrics.port, metrics))
  await app.listen({ host: config.host, port })

  await queue.start()
  // After it: what the last start left unfinished waits again, and is what repeats.
  await store.write((tx) => enqueueRepeatedTasks(tx, queue))
  drain.start()
  await commands.runner.tidy(async (runId) => (await findRun(store.read, runId))?.status !== 'in_progress')
  await engine.start()
  const ticking = setInterval(() => {
    tick()
      .then(() => live.sendStats(stats()))
      .catch((error: unknown) => log.error({ err: error }, `figures: ${messageOf(error)}`))
  }, 1000)
  onClose(() => clearInterval(ticking))

  const closing = new AbortController()
  onClose(() => closing.abort())
  const away = local
    ? Promise.resolve(null)
    : whyUnreachable(apiUrl, { timeoutMs: githubMs, signal: closing.signal })

  const setupToken = ownToken ? null : await ensureSetupToken(store, clock)
  if (ownToken) {
    const deps = { store, sealer, github, queue, log, clock, signal: closing.signal }
    const adopt = async () => {
      if (local) await demoMode?.listenToDemo({ github: local, webhook, log })
      owner = await adoptOwnerEventually(deps, ownToken, async (trouble) => {
        if ((await away) === null) say(trouble)
      })
      if (!owner || closing.signal.aborted) return
      if (local) onClose(await demoMode!.enliven({ github: local, store, engine, owner, log, clock }))
      else say(await inviteOwner({ store, owner, publicUrl, now: clock() }))
    }
    // Not waited for: a hub is ready while GitHub is slow or away.
    const adopting = adopt().catch((error: unknown) => {
      log.error({ err: error }, `the hub has no owner: ${messageOf(error)}`)
    })
    onClose(async () => {
      closing.abort()
      await adopting
    })
  }

  if (local) say(`local GitHub with sample data at ${local.url}; sign in as any of its people`)
  if (setupToken) say(`nobody owns this hub yet; set it up, once: ${publicUrl}/setup?token=${setupToken}`)
  const warning = isLoopback(config.host) && !config.publicUrl ? null : warnOfRuntime()
  if (warning) say(warning)
  if (config.commands.policy !== 'off') say(commands.told)
  options.announce(publicUrl)
  say(`ready ${publicUrl}`)
  // Not waited for, as above: it is said as soon as it is known.
  away.then((why) => {
    if (why === null || closing.signal.aborted) return
    say(`GitHub at ${apiUrl} cannot be reached (${why}): the hub shows what it has and goes on trying`)
  })
  return { url: publicUrl, port }
}

/** The OAuth app of the settings, if any. */
function oauthAppOf({ github: { clientId, clientSecret } }: Config) {
  return clientId && clientSecret ? { clientId, clientSecret } : null
}
