/**
 * The process of the local GitHub: emulate with the demo's organisation, on the event loop of its own. It is started
 * by local-github.ts, told what to do over the IPC channel, and ends when that channel closes: a hub that is killed
 * takes it along.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { messageOf } from '../src/errors.ts'
import { createActionsAnswers } from './actions-answers.ts'
import { type ActionsRunner, createActionsRunner } from './actions-runner.ts'
import { createApprovals } from './approvals.ts'
import { createChecksOfRuns } from './checks-of-runs.ts'
import { type EmulatorParts, openEmulator } from './emulate.ts'
import { createGithubAnswers } from './github-answers.ts'
import { createGithubDeliveries } from './github-deliveries.ts'
import { completePayload, type Hook } from './hook-payloads.ts'
import { type KeptState, openStateFile } from './keep-state.ts'
import type { FromLocalGithub, ToLocalGithub } from './local-github.ts'
import { organisation, people } from './people.ts'
import { requirePkce } from './pkce.ts'
import { plantSeed } from './plant-seed.ts'
import { acceptSuggestedAccount } from './suggested-account.ts'

const CLIENT_ID = 'Iv23local0hub'
const SCOPES = ['repo', 'read:org', 'workflow', 'admin:repo_hook']

// Ctrl+C reaches every process of the terminal; this one waits for the hub to close the channel, and saves then
process.on('SIGINT', () => {})

process.once('message', (start: ToLocalGithub) => {
  run(start).catch((error: unknown) => {
    tell({ type: 'failed', message: messageOf(error) })
    process.exitCode = 1
    process.disconnect?.()
  })
})

async function run({ dataDir, port, callbackUrls, pace = 1 }: ToLocalGithub): Promise<void> {
  const file = openStateFile(dataDir && join(dataDir, 'local-github.json'), state)
  const kept = file.read()
  const clientSecret = kept?.clientSecret ?? randomBytes(20).toString('hex')
  const personTokens =
    kept?.personTokens ??
    Object.fromEntries(people.map(({ login }) => [login, `ghp_${randomBytes(18).toString('hex')}`]))

  let parts!: EmulatorParts
  let runner!: ActionsRunner
  const oauthApp = {
    client_id: CLIENT_ID,
    client_secret: clientSecret,
    name: 'CLDCDE Pro on this machine',
    redirect_uris: callbackUrls,
  }
  const open = (at: number) =>
    openEmulator({
      port: at,
      oauthApp,
      around(given) {
        parts = given
        const ask = createAsk(given)
        const deliveries = createGithubDeliveries(given, {
          ask,
          onError: warn,
          onSent: (hook) => runner.hear(hook),
        })
        const checks = createChecksOfRuns(given)
        const approvals = createApprovals()
        const sendAsIs = ({ event, action, payload }: Hook) => {
          const [owner, repo] = payload.repository.full_name.split('/')
          return given.deliver(event, action, payload, owner!, repo)
        }
        runner = createActionsRunner({
          rows: given.rows,
          ask,
          approvals,
          random: Math.random,
          pace,
          onError: warn,
          async send(hook) {
            for (const each of [completePayload(hook, given.rows), ...checks.follow(hook)])
              await sendAsIs(each)
          },
        })
        const actions = createActionsAnswers(given, { runner, approvals, checks })
        const logins = people.map(({ login }) => login)
        const answer = acceptSuggestedAccount(
          requirePkce(createGithubAnswers(given, { ...deliveries, checks, actions, ask })),
          logins,
        )
        return {
          deliver: deliveries.deliver,
          async answer(request) {
            const response = await answer(request)
            if (request.method !== 'GET') file.touch()
            return response
          },
        }
      },
    })
  // the port of last time, so that addresses in the hub's database stay true; any other if somebody took it
  const emulator = await open(port ?? kept?.port ?? 0).catch((error: unknown) => {
    if (port !== undefined || !kept) throw error
    return open(0)
  })
  // The hub ended meanwhile: nobody will ask for anything, nor close this.
  if (!process.connected) process.exit(0)
  const url = new URL(emulator.url)

  if (kept) restore(parts, kept, oauthApp)
  else plantSeed({ rows: parts.rows, now: new Date() })
  for (const person of people) {
    const id = parts.rows.users.findOneBy('login', person.login)!.id
    parts.tokens.set(personTokens[person.login]!, { login: person.login, id, scopes: SCOPES })
  }
  file.touch()
  // From here on the hub's database knows the port and the tokens; whoever dies at once must find them again.
  if (!kept) file.flush()
  runner.resume()

  process.once('disconnect', () => {
    runner.stop()
    file.flush()
    process.exit(0)
  })
  tell({
    type: 'ready',
    url: url.origin,
    port: Number(url.port),
    clientId: CLIENT_ID,
    clientSecret,
    personTokens,
  })

  function state(): KeptState {
    return {
      port: Number(url.port),
      clientSecret,
      personTokens,
      tokens: [...parts.tokens].filter(([token]) => !token.startsWith(OWN_TOKEN)),
      store: parts.store.snapshot(),
    }
  }
}

const OWN_TOKEN = 'local-github-itself-'

/** Asks the local GitHub's own REST API, in process, as the owner. */
function createAsk({ answer, tokens, baseUrl }: EmulatorParts): (path: string) => Promise<unknown> {
  const owner = people.find((person) => person.role === 'owner')!.login
  let asked = 0
  return async (path) => {
    // emulate counts 5,000 requests an hour and token, also for this
    const token = `${OWN_TOKEN}${Math.floor(asked++ / 4000)}`
    tokens.set(token, { login: owner, id: 0, scopes: [] })
    const request = new Request(`${baseUrl}${path}`, { headers: { authorization: `token ${token}` } })
    const response = await answer(request)
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return response.json()
  }
}

/** Puts the store of last time in place, with its hooks; the sign-in app takes the addresses of this start. */
function restore(
  { rows, store, tokens, hooks }: EmulatorParts,
  kept: KeptState,
  oauthApp: { redirect_uris: string[] },
): void {
  store.restore(kept.store)
  for (const [token, owner] of kept.tokens) tokens.set(token, owner)
  const app = rows.oauthApps.findOneBy('client_id', CLIENT_ID)
  if (app) rows.oauthApps.update(app.id, { redirect_uris: oauthApp.redirect_uris })
  for (const hook of rows.webhooks.all()) {
    const repo = hook.repo_id === null ? undefined : rows.repos.get(hook.repo_id)
    hooks.register({
      id: hook.id,
      url: hook.config.url,
      events: hook.events,
      active: hook.active,
      owner: organisation.login,
      ...(repo && { repo: repo.name }),
      ...(hook.config.secret && { secret: hook.config.secret }),
    })
  }
}

function warn(error: unknown): void {
  console.warn(error)
}

function tell(message: FromLocalGithub): void {
  process.send?.(message)
}
