import type { NumberedChange, RunChange, RunEntry } from '../../contract/run.ts'
import { appendChanges, type NewChange } from './changes.ts'
import { toMillis, toTime } from './columns.ts'
import { compiled, compiledRows } from './compiled.ts'
import type { JournalRow, RunRow } from './rows/run.ts'
import type { OwnedRun } from './runs.ts'
import type { Db } from './store.ts'

/** What the journal of one run gains in a transaction. */
export interface JournalPart {
  run: OwnedRun
  /** Numbered by the writer: a second writer of one journal fails by its primary key. */
  entries: readonly NumberedChange[]
  /** Login, or `workflow:<id>`. */
  actor: string | null
}

/** The topic under which the log tells of a run as a whole, and sockets follow its journal. */
export function runTopic(runId: string): string {
  return `run:${runId}`
}

/**
 * Appends to the journals of runs, keeps the rows of those runs in step and tells the log what lists show of them.
 * Answers the `seq` of the new entries.
 */
export async function appendJournals(tx: Db, parts: readonly JournalPart[], now: number): Promise<number> {
  const summaries = parts.flatMap(summariesOf)
  const head = await readHead(tx, {})
  // The log is numbered last of all, so these entries stand with what their own transaction adds to it.
  const seq = (head.rows[0]?.seq ?? 0) + summaries.length
  await insertEntries(tx, parts, seq)
  for (const { run, entries } of parts) {
    for (const entry of entries) {
      if (entry.kind === 'run.started') await start(tx, { id: run.id, now })
      if (entry.kind === 'run.cancel_requested') await cancel(tx, { id: run.id })
      if (entry.kind === 'run.finished') {
        await finish(tx, { id: run.id, now, conclusion: entry.data.conclusion })
      }
    }
  }
  appendChanges(tx, now, summaries)
  return seq
}

function summariesOf({ run, entries, actor }: JournalPart): NewChange[] {
  const { id, delivery_id, maker, started_by, repositories } = run
  const repository_id = run.repository_id ?? repositories[0] ?? null
  const whose = { maker, started_by, repositories: repositories.length > 1 ? repositories : null }
  return entries.filter(isSummary).map((entry) => ({
    ...{ topic: runTopic(id), kind: entry.kind, data: summaryOf(entry) },
    ...{ actor, repository_id, delivery_id, ...whose },
  }))
}

/** Whether an entry concerns everybody who lists runs. */
function isSummary({ kind }: RunChange): boolean {
  return kind.startsWith('run.')
}

/** What lists need to know: a run's graph and payload stay in its journal. */
function summaryOf({ kind, data }: RunChange): unknown {
  if (kind !== 'run.created') return data
  const { graph: _, payload: __, ...summary } = data
  return summary
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

/** Rows of one statement, the widest that fit first: few texts, all of which stay prepared. */
const widths = [128, 32, 8, 2, 1]
const inserts = new Map(
  widths.map((rows) => [
    rows,
    compiledRows((db, value) =>
      db.insertInto('journal').values(
        Array.from({ length: rows }, () => ({
          run_id: value<string>(),
          n: value<number>(),
          at: value<number>(),
          kind: value<string>(),
          data: value<string>(),
          seq: value<number>(),
        })),
      ),
    ),
  ]),
)
/** As many as a row has. */
const columns = 6

async function insertEntries(tx: Db, parts: readonly JournalPart[], seq: number): Promise<void> {
  const values: unknown[] = []
  let known = { at: '', ms: 0 }
  for (const { run, entries } of parts) {
    for (const { n, at, kind, data } of entries) {
      // Entries of one turn are of one moment.
      if (at !== known.at) known = { at, ms: toMillis(at) }
      values.push(run.id, n, known.ms, kind, JSON.stringify(data), seq)
    }
  }
  for (let start = 0; start < values.length; ) {
    const left = (values.length - start) / columns
    const width = widths.find((rows) => rows <= left)!
    const end = start + width * columns
    await inserts.get(width)!(tx, values.slice(start, end))
    start = end
  }
}

/** Reads a run's journal upwards from a number; fewer than `limit` entries mean that there are no more for now. */
export async function readJournalPage(
  db: Db,
  page: { runId: string; after: number; limit: number },
): Promise<RunEntry[]> {
  return (await readPage(db, page)).rows.map(toEntry)
}

const readPage = compiled<{ runId: string; after: number; limit: number }, JournalRow>((db, value) =>
  db
    .selectFrom('journal')
    .selectAll()
    .where('run_id', '=', value('runId'))
    .where('n', '>', value('after'))
    .orderBy('n')
    .limit(value('limit')),
)

/** The journal of a run, from its first entry to its last; empty for an unknown run. */
export async function readJournal(db: Db, runId: string): Promise<RunEntry[]> {
  const journal: RunEntry[] = []
  const limit = 1_000
  for (;;) {
    const page = await readJournalPage(db, { runId, after: journal.length, limit })
    journal.push(...page)
    if (page.length < limit) return journal
  }
}

function toEntry({ n, seq, kind, at, data }: JournalRow): RunEntry {
  return { n, seq, kind, at: toTime(at), data: JSON.parse(data) } as RunEntry
}

/** The number of a journal's last entry; 0 for an unknown run. */
export async function lastEntry(db: Db, runId: string): Promise<number> {
  const row = await db
    .selectFrom('journal')
    .select('n')
    .where('run_id', '=', runId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.n ?? 0
}
