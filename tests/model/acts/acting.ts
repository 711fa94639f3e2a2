import type { Json } from '../../support/github-server.ts'
import type { Random } from '../random.ts'
import { accountOf, pushedRepositoryOf, pushOf, repositoryOf } from '../render-repository.ts'
import type { Account, Repository, Sent, World } from '../state.ts'
import { nowIn } from '../world.ts'

/** Somebody does something in a repository. */
export interface Acting {
  world: World
  repository: Repository
  random: Random
  /** GitHub's time. */
  now: string
  /** Who does it. */
  actor: Account
}

/** What may happen; nothing does where there is nothing for it to happen to. */
export type Act = (acting: Acting) => void

export function actingIn(world: World, repository: Repository, random: Random): Acting {
  return { world, repository, random, now: nowIn(world), actor: random.pick(world.accounts)! }
}

/** Sends a webhook, and writes it into the log of what was sent. */
export function send(
  { world, repository, actor }: Pick<Acting, 'world' | 'repository' | 'actor'>,
  event: string,
  payload: Json,
): void {
  if (repository.hook === null) return
  const id = world.nextId()
  const about = event === 'push' ? pushedRepositoryOf(repository) : repositoryOf(repository)
  const body = JSON.stringify({ ...payload, repository: about, sender: accountOf(actor) })
  const sent: Sent = {
    ...{ id, guid: `guid-${id}`, event, body, at: world.clock },
    action: (payload.action as string | undefined) ?? null,
  }
  repository.sent.push(sent)
  world.outbox.push({ ...sent, repository })
}

/** Moves a branch, and tells it. A pull request from it moves along. */
export function push(acting: Acting, { branch, sha }: { branch: string; sha: string | null }): void {
  const { repository, now, actor } = acting
  const before = repository.branches.get(branch) ?? null
  if (sha === null) repository.branches.delete(branch)
  else repository.branches.set(branch, sha)
  repository.pushed_at = now
  repository.updated_at = now
  const ref = `refs/heads/${branch}`
  send(acting, 'push', pushOf(repository, { ref, before, after: sha, pusher: actor }))
}

/** An item of a map, any. */
export function anyOf<T>(random: Random, items: Iterable<T>, wanted: (item: T) => boolean = () => true) {
  return random.pick([...items].filter(wanted))
}
