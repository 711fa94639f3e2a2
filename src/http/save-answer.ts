import type { Act } from '../../contract/acts/act.ts'
import { pick } from '../domain/workflow/pick.ts'
import { messageOf } from '../errors.ts'
import type { GithubClient } from '../github/create-client.ts'
import { readFresh } from '../github/send-act.ts'
import { type KindName, kinds } from '../mirror/kinds.ts'
import { type Answered, decideAnswer, readAnswer, tellRemoved } from '../mirror/read-answer.ts'
import { settleAct } from '../store/acts.ts'
import { appendChanges, type NewChange } from '../store/changes.ts'
import { findItem, isBuried, removeItem, saveItem } from '../store/mirror.ts'
import { holdRepository } from '../store/repositories.ts'
import type { Db } from '../store/store.ts'
import type { ActTarget } from './act-target.ts'
import type { ActDeps, Wish } from './perform-act.ts'

interface Saving {
  wish: Wish
  target: ActTarget | null
  /** What GitHub answered. */
  data: unknown
  client: GithubClient
  signal: AbortSignal
}

/**
 * Brings GitHub's answer into the mirror by the descriptor of its kind, tells everybody who looks on, and settles the
 * act, in one transaction. Answers with the item as it is now; null where the mirror keeps none. What GitHub did stays
 * done: when its answer cannot be read, the webhook or the next sync brings it.
 */
export async function saveAnswer(deps: ActDeps, saving: Saving): Promise<object | null> {
  const { store, log } = deps
  const { wish } = saving
  const answered = await readOrNull(saving).catch((error: unknown) => {
    log.warn({ err: error, act: wish.name }, `an answer of GitHub was not read: ${messageOf(error)}`)
    return null
  })
  return await store.write(async (tx) => {
    const now = await apply(deps, { ...saving, tx, answered })
    const id = { userId: wish.viewer.userId, key: wish.key }
    await settleAct(tx, { ...id, state: 'done', outcome: now })
    return now
  })
}

/** What the answer is, read anew where it is not the thing itself. */
async function readOrNull({ wish, target, data, client, signal }: Saving): Promise<Answered | null> {
  const { answer } = wish.act
  if (!answer || 'removes' in answer) return null
  const place = { repositoryId: wish.repository.id, asOf: null, under: Number(wish.values.number) }
  // GitHub answers with the issue side of a pull request; the mirror keeps the other.
  const isPull = pick(data, 'pull_request') !== undefined || target?.kind === 'pull_request'
  const isOther = 'is' in answer && answer.is === 'issue' && isPull
  if ('is' in answer && data !== null && !isOther) return readAnswer(answer.is, data, place)
  if (!target) return null
  const fresh = await readFresh(client, { path: pathOf(target.kind), values: wish.values, signal })
  return readAnswer(target.kind, fresh, place)
}

const paths: Partial<Record<KindName, string>> = {
  issue: '/repos/:owner/:repo/issues/:number',
  pull_request: '/repos/:owner/:repo/pulls/:number',
  comment: '/repos/:owner/:repo/issues/comments/:id',
  actions_run: '/repos/:owner/:repo/actions/runs/:id',
}

function pathOf(kind: KindName): string {
  return paths[kind] as string
}

async function apply(
  { clock }: ActDeps,
  { wish, target, tx, answered }: Saving & { tx: Db; answered: Answered | null },
): Promise<object | null> {
  const { repository } = wish
  const about = { full_name: repository.full_name, conversation: target?.conversation ?? null }
  const where = { repositoryId: repository.id }
  await holdRepository(tx, repository.id)
  if (isRemoval(wish.act) && target) {
    const kind = kinds[target.kind] as never
    await removeItem(tx, kind, { ...where, item: target.item, gone_at: null, now: clock() })
    append(tx, wish, { now: clock(), change: tellRemoved(kind, target.item, about) })
    return null
  }
  if (!answered) return null
  const { kind, item } = answered
  const before = await findItem(tx, kind, { ...where, item })
  if (!before && (await isBuried(tx, kind, { ...where, item }))) return item
  const decision = decideAnswer(answered, before, about)
  if (decision.save) await saveItem(tx, kind, { ...where, item: decision.save, before })
  append(tx, wish, { now: clock(), change: decision.change })
  return decision.now
}

function isRemoval({ answer }: Act): boolean {
  return answer !== null && 'removes' in answer
}

function append(
  tx: Db,
  { repository, viewer }: Wish,
  { now, change }: { now: number; change: Pick<NewChange, 'kind' | 'data'> | null },
): void {
  if (!change) return
  const of = { topic: `repo:${repository.id}`, repository_id: repository.id, actor: viewer.login }
  appendChanges(tx, now, [{ ...of, ...change }])
}
