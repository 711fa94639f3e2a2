import { sql } from 'kysely'
import type { RunChange, RunEntry, Status } from '../../contract/run.ts'
import { appendChanges, type NewChange } from './changes.ts'
import { toTime } from './columns.ts'
import { compiled, compiledInsert } from './compiled.ts'
import type { JournalRow, RunRow } from './rows/run.ts'
import type { OwnedRun } from './runs.ts'
import type { Db } from './store.ts'

/** What the journal of one run gains in a transaction: one row of it, whatever happened. */
export interface JournalPart {
  run: OwnedRun
  /** Number of the first change in the journal. The writer says it: a second one of one journal fails by its primary key. */
  n: number
  /** What happened, all of it `now`. */
  changes: readonly RunChange[]
  /** Login, or `workflow:<id>`; who caused a run to be created is in that change. */
  actor: string | null
  /** The run's row tells of its start already: who claimed it wrote both at once. */
  isStarted?: boolean
}

/** The topic under which the log tells of a run as a whole, and sockets follow its journal. */
export function runTopic(runId: string): string {
  return `run:${runId}`
}

/**
 * Appends to the journals of runs, keeps the rows of those runs in step and tells the log what lists show of them.
 * Answers the `seq` of the new entries. Throws for a change that is of another moment than `now`.
 */
export async function appendJournals(tx: Db, parts: readonly JournalPart[], now: number): Promise<number> {
  const summaries: NewChange[] = []
  for (const part of parts) {
    for (const change of part.changes) if (isTold(part, change)) summaries.push(summaryOf(part, change))
  }
  const head = await readHead(tx, {})
  // The log is numbered last of all, so these entries stand with what their own transaction adds to it.
  const seq = (head.rows[0]?.seq ?? 0) + summaries.length
  await insertTurns(tx, parts, { now, seq })
  if (summaries.length === 0) return seq
  for (const part of parts) {
    for (const change of part.changes) if (isSummary(change)) await keepInStep(tx, part, { change, now })
  }
  appendChanges(tx, now, summaries)
  return seq
}

type Summary = Extract<RunChange, { kind: `run.${string}` }>

/** Whether a change concerns everybody who lists runs. */
function isSummary(change: RunChange): change is Summary {
  return change.kind.startsWith('run.')
}

/** A run that begins to work in the commit that creates it is told of once. */
function isTold(part: JournalPart, change: RunChange): change is Summary {
  return isSummary(change) && !(change.kind === 'run.started' && isCreatedIn(part))
}

function isCreatedIn({ changes }: JournalPart): boolean {
  return changes[0]?.kind === 'run.created'
}

function summaryOf(part: JournalPart, change: Summary): NewChange {
  const { run, actor } = part
  const { id, delivery_id, maker, started_by, repositories } = run
  return {
    ...{ topic: runTopic(id), kind: change.kind, data: shownOf(part, change), delivery_id, maker },
    actor: change.kind === 'run.created' ? change.data.actor : actor,
    // Who made it may see it anyway.
    started_by: started_by === maker ? null : started_by,
    repository_id: run.repository_id ?? repositories[0] ?? null,
    repositories: repositories.length > 1 ? repositories : null,
  }
}

/** What lists need to know: a run's graph and payload stay in its journal. */
function shownOf({ changes }: JournalPart, { kind, data }: Summary): unknown {
  if (kind !== 'run.created') return data
  const { graph: _, payload: __, ...shown } = data
  const status: Status = changes.some((change) => change.kind === 'run.started') ? 'in_progress' : 'queued'
  return { ...shown, status }
}

async function keepInStep(
  tx: Db,
  { run: { id }, isStarted }: JournalPart,
  { change, now }: { change: Summary; now: number },
): Promise<void> {
  if (change.kind === 'run.started' && !isStarted) await start(tx, { id, now })
  if (change.kind === 'run.cancel_requested') await cancel(tx, { id })
  if (change.kind === 'run.finished') await finish(tx, { id, now, conclusion: change.data.conclusion })
}

const readHead = compiled<Record<never, never>, { seq: number }>((db) =>
  db.selectFrom('change_head').select('seq').where('id', '=', 1),
)

const start = compiled<{ id: string; now: number }, unknown>((db, value) =>
  db
    .updateTable('runs')
    .set({ status: 'in_progress', started_at: value('now') })
    .where('id', '=', value('id')),
)

/** The wish is in the journal now. */
const cancel = compiled<{ id: string }, unknown>((db, value) =>
  db.updateTable('runs').set({ cancel_asked_at: null }).where('id', '=', value('id')),
)

const finish = compiled<{ id: string; now: number; conclusion: RunRow['conclusion'] }, unknown>((db, value) =>
  db
    .updateTable('runs')
    .set({
      status: 'completed',
      conclusion: value('conclusion'),
      completed_at: value('now'),
      owner: null,
      wake_at: null,
      cancel_asked_at: null,
    })
    .where('id', '=', value('id')),
)

const insert = compiledInsert('journal', ['run', 'n', 'last', 'at', 'seq', 'entries'])

async function insertTurns(
  tx: Db,
  parts: readonly JournalPart[],
  { now, seq }: { now: number; seq: number },
): Promise<void> {
  const at = toTime(now)
  const values: unknown[] = []
  for (const { run, n, changes } of parts) {
    if (changes.length === 0) continue
    values.push(run.key, n, n + changes.length - 1, now, seq, toText(changes, at))
  }
  await insert(tx, values)
}

function toText(changes: readonly RunChange[], at: string): string {
  let text = ''
  for (const change of changes) {
    // The row knows one moment: another would be lost.
    if (change.at !== at) throw new Error(`${change.kind} is of ${change.at}, its turn of ${at}`)
    text += `${text === '' ? '[' : ','}["${change.kind}",${JSON.stringify(change.data)}]`
  }
  return `${text}]`
}

/** Reads a run's journal upwards from a number; fewer than `limit` entries mean that there are no more for now. */
export async function readJournalPage(
  db: Db,
  { runId, after, limit }: { runId: string; after: number; limit: number },
): Promise<RunEntry[]> {
  const { rows } = await readTurns(db, { runId, first: after + 1, limit })
  const entries: RunEntry[] = []
  for (const row of rows) if (entries.length < limit) entries.push(...toEntries(row, after))
  if (entries.length > limit) entries.length = limit
  return entries
}

/** From the turn on that holds the first entry asked for. */
const readTurns = compiled<
  { runId: string; first: number; limit: number },
  Pick<JournalRow, 'n' | 'at' | 'seq' | 'entries'>
>((db, value) =>
  db
    .selectFrom('runs')
    .innerJoin('journal', 'journal.run', 'runs.key')
    .select(['journal.n', 'journal.at', 'journal.seq', 'journal.entries'])
    .where('runs.id', '=', value('runId'))
    .where('journal.n', '>=', ({ selectFrom, fn }) =>
      fn.coalesce(
        selectFrom('journal as before')
          .select((eb) => eb.fn.max('before.n').as('n'))
          .whereRef('before.run', '=', 'runs.key')
          .where('before.n', '<=', value('first')),
        sql<number>`0`,
      ),
    )
    .orderBy('journal.n')
    .limit(value('limit')),
)

function toEntries(row: Pick<JournalRow, 'n' | 'at' | 'seq' | 'entries'>, after: number): RunEntry[] {
  const { n, seq } = row
  const at = toTime(row.at)
  const changes = JSON.parse(row.entries) as [RunChange['kind'], RunChange['data']][]
  return changes
    .map(([kind, data], index) => ({ n: n + index, seq, kind, at, data }) as RunEntry)
    .filter((entry) => entry.n > after)
}

/** The journal of a run, from its first entry to its last; empty for an unknown run. */
export async function readJournal(db: Db, runId: string): Promise<RunEntry[]> {
  const journal: RunEntry[] = []
  const limit = 1_000
  for (;;) {
    const page = await readJournalPage(db, { runId, after: journal.at(-1)?.n ?? 0, limit })
    journal.push(...page)
    if (page.length < limit) return journal
  }
}

/** The number of a journal's last entry; 0 for an unknown run. */
export async function lastEntry(db: Db, runId: string): Promise<number> {
  const row = await db
    .selectFrom('runs')
    .innerJoin('journal', 'journal.run', 'runs.key')
    .select('journal.last')
    .where('runs.id', '=', runId)
    .orderBy('journal.n', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.last ?? 0
}
