import { fieldsOf } from '../domain/mirror/fields.ts'
import { pick } from '../domain/workflow/pick.ts'
import { messageOf } from '../errors.ts'
import type { Sent } from '../github/act-call.ts'
import type { GithubClient } from '../github/create-client.ts'
import { readFresh } from '../github/send-act.ts'
import { type Kind, nameOf } from '../mirror/kind.ts'
import { type KindName, kinds } from '../mirror/kinds.ts'
import { reactionsIn } from '../mirror/reactions.ts'
import { type Answered, decideAnswer, readAnswer, readTold, tellRemoved } from '../mirror/read-answer.ts'
import { settleAct } from '../store/acts.ts'
import { isBuried } from '../store/buried.ts'
import { appendChanges, type NewChange } from '../store/changes.ts'
import { dropRunLogs } from '../store/logs/job-logs.ts'
import { findItem, removeItem, saveItem } from '../store/mirror.ts'
import { holdRepository } from '../store/repositories.ts'
import type { Db } from '../store/store.ts'
import type { ActTarget } from './act-target.ts'
import type { ActDeps, Wish } from './perform-act.ts'

interface Saving {
  wish: Wish
  target: ActTarget | null
  /** What GitHub answered. */
  sent: Sent
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
async function readOrNull({ wish, target, sent, client, signal }: Saving): Promise<Answered | null> {
  const { act, values, body, repository } = wish
  const { answer } = act
  if (!answer || 'removes' in answer || 'drops' in answer) return null
  const place = { repositoryId: repository.id, asOf: sent.at, under: Number(values.number) }
  if ('told' in answer)
    return sent.at === null ? null : readTold(answer.told({ values, body, ...sent, at: sent.at }), place)
  // GitHub answers with the issue side of a pull request; the mirror keeps the other.
  const isPull = pick(sent.data, 'pull_request') !== undefined || target?.kind === 'pull_request'
  const isOther = 'is' in answer && answer.is === 'issue' && isPull
  if ('is' in answer && sent.data !== null && !isOther) return readAnswer(answer.is, sent.data, place)
  if (!target) return null
  const read = (kind: KindName) => readFresh(client, { path: paths[kind]!, values, signal })
  if ('reread' in answer && answer.reread === 'reactions') {
    // A pull request tells its reactions only as an issue.
    const fresh = await read(target.kind === 'pull_request' ? 'issue' : target.kind)
    const reactions = reactionsIn(fieldsOf(fresh, target.kind))
    return { kind: kinds[target.kind] as Kind<object>, item: { ...target.item, reactions } }
  }
  const answered = readAnswer(target.kind, await read(target.kind), place)
  const now = 'reread' in answer ? answer.now : undefined
  return answered && { ...answered, item: { ...answered.item, ...now } }
}

const paths: Partial<Record<KindName, string>> = {
  issue: '/repos/:owner/:repo/issues/:number',
  pull_request: '/repos/:owner/:repo/pulls/:number',
  comment: '/repos/:owner/:repo/issues/comments/:id',
  review_comment: '/repos/:owner/:repo/pulls/comments/:id',
  actions_run: '/repos/:owner/:repo/actions/runs/:id',
  actions_workflow: '/repos/:owner/:repo/actions/workflows/:id',
}

async function apply(
  { clock }: ActDeps,
  { wish, target, tx, answered }: Saving & { tx: Db; answered: Answered | null },
): Promise<object | null> {
  const { repository, act, values } = wish
  const about = { full_name: repository.full_name, conversation: target?.conversation ?? null }
  const where = { repositoryId: repository.id }
  await holdRepository(tx, repository.id)
  const drop = async (kind: Kind<object>, gone: { item: object; at: string | null; payload?: object }) => {
    await removeItem(tx, kind, { ...where, item: gone.item, gone_at: gone.at, now: clock() })
    append(tx, wish, { now: clock(), change: tellRemoved(kind, gone.item, { ...about, ...gone }) })
  }
  const named = async (name: KindName) => {
    const kind = kinds[name] as Kind<object>
    // An issue is named by its number here, by its id in the table.
    const item = name === target?.kind ? target.item : await findItem(tx, kind, { ...where, item: values })
    return item && { kind, item }
  }
  if (act.answer && 'removes' in act.answer) {
    const gone = await named(act.answer.removes)
    if (gone) await drop(gone.kind, { item: gone.item, at: null })
    return null
  }
  if (act.answer && 'drops' in act.answer) await dropRunLogs(tx, { ...where, runId: Number(values.id) })
  if (!answered) return null
  const { kind, item, gone, payload } = answered
  if (gone) {
    await drop(kind, { item, at: timeOf(item), ...(payload && { payload }) })
    return null
  }
  const old = act.answer && 'renames' in act.answer ? await named(kind.name as KindName) : undefined
  if (old && nameOf(kind, old.item) !== nameOf(kind, item)) await drop(kind, { item: old.item, at: null })
  const before = await findItem(tx, kind, { ...where, item })
  if (!before && (await isBuried(tx, kind, { ...where, item }))) return shown(kind, item)
  const decision = decideAnswer(answered, before, about)
  if (decision.save) await saveItem(tx, kind, { ...where, item: decision.save, before })
  append(tx, wish, { now: clock(), change: decision.change })
  return decision.now && shown(kind, decision.now)
}

const shown = (kind: Kind<object>, item: object): object => kind.shows?.(item) ?? item

function timeOf(item: object): string | null {
  return 'updated_at' in item ? (item.updated_at as string) : null
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
