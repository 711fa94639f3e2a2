import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import { syncAccountTask } from './domain/mirror/sync-tasks.ts'
import { isCoded, messageOf } from './errors.ts'
import type { Github } from './github/create-github.ts'
import type { Queue } from './queue/queue.ts'
import { appendAudit } from './store/audit.ts'
import { saveCredential } from './store/credentials.ts'
import type { Sealer } from './store/sealing.ts'
import type { Store } from './store/store.ts'
import { createSignInLink } from './store/tickets.ts'
import { updateUser, upsertUser } from './store/users.ts'

interface Deps {
  store: Store
  sealer: Sealer
  github: Github
  queue: Queue
  log: Logger
  clock: () => number
}

export interface Owner {
  userId: string
  login: string
}

/**
 * Makes the owner of a GitHub token the owner of the hub, without any page: single-user mode, and the demo. Begins the
 * first sync. Throws `github_*` when GitHub does not answer or does not know the token.
 */
async function adoptOwner(deps: Deps & { signal: AbortSignal }, token: string): Promise<Owner> {
  const { store, sealer, github, queue, clock } = deps
  const { scopes, ...person } = await github.viewer(token, deps.signal)
  return store.write(async (tx) => {
    const now = clock()
    const host = new URL(github.webUrl).host
    const { user } = await upsertUser(tx, { host, person, role: 'owner', now })
    if (user.role !== 'owner' || user.disabled_at !== null) {
      await updateUser(tx, user.id, { role: 'owner', disabled_at: null })
      await appendAudit(tx, {
        at: now,
        actor: user.login,
        action: 'hub.owned',
        detail: { by: 'GITHUB_TOKEN' },
      })
    }
    await saveCredential(tx, sealer, {
      userId: user.id,
      token,
      scopes: scopes.split(/[, ]+/).filter(Boolean),
      now,
    })
    await queue.enqueue(tx, syncAccountTask(user.id))
    return { userId: user.id, login: user.login }
  })
}

/**
 * As `adoptOwner`, for as long as it takes: a hub must start while GitHub is away. Gives up, loudly, only on a token
 * that GitHub does not know; resolves with null then, or when `signal` aborts. `tell` hears once, in a sentence for
 * whoever started the hub, why it takes longer.
 */
export async function adoptOwnerEventually(
  deps: Deps & { signal: AbortSignal },
  token: string,
  tell: (trouble: string) => unknown,
): Promise<Owner | null> {
  for (let attempt = 0; !deps.signal.aborted; attempt++) {
    try {
      return await adoptOwner(deps, token)
    } catch (error) {
      if (deps.signal.aborted) break
      if (isCoded(error, 'github_unauthorized')) {
        const trouble = 'GitHub does not know GITHUB_TOKEN. Make a new one, set it and start again.'
        deps.log.error(trouble)
        tell(trouble)
        return null
      }
      const pauseMs = Math.min(60_000, 1000 * 2 ** attempt)
      const trouble = `single-user mode waits for GitHub: ${messageOf(error)}`
      deps.log.warn({ err: error, pauseMs }, trouble)
      if (attempt === 0) tell(trouble)
      await wait(pauseMs, undefined, { signal: deps.signal }).catch(() => {})
    }
  }
  return null
}

/** A line with the one-time address that lets the owner's browser in. */
export async function inviteOwner(input: {
  store: Store
  owner: Owner
  publicUrl: string
  now: number
}): Promise<string> {
  const { store, owner, publicUrl, now } = input
  const link = await store.write((tx) => createSignInLink(tx, { userId: owner.userId, publicUrl, now }))
  return `sign in as ${owner.login}, once, within the hour: ${link}`
}
