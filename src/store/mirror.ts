import { decode, encode, type Row, type Value } from '../mirror/columns.ts'
import { completed, type Kind, nameOf, type Patch } from '../mirror/kind.ts'
import { allKinds } from '../mirror/kinds.ts'
import { isToldEnough, retold, toldColumnName } from '../mirror/told.ts'
import { findBuried, tombstoneOf } from './buried.ts'
import { sendingUpsert, upsert } from './columns.ts'
import { type Answer, compiled } from './compiled.ts'
import { followNeeds } from './inbox/needs.ts'
import { type Changed, countOpen } from './open-counts.ts'
import type { IssueRow } from './rows/mirror.ts'
import { enterItem, leave, leaveOwned } from './search/enter.ts'
import type { Db } from './store.ts'
import { bury } from './tombstones.ts'

// One code for every kind: which table and columns it is about, its descriptor says. Whoever saves holds the
// repository's row (`holdRepository`, `saveRepository`), so that two tasks cannot decide on the same row.

type AnyKind = Kind<object>
/** Stands for the table of a kind that is known at run time only. */
type SomeTable = 'issues'

interface Where {
  repositoryId: number
}

/** What is stored of an item, whoever asks: for tasks. */
export async function findItem(
  db: Db,
  kind: AnyKind,
  { repositoryId, item }: Where & { item: object },
): Promise<object | undefined> {
  const { rows } = await statementsOf(kind).find(db, keyOf(kind, item, repositoryId))
  return rows[0] && decoded(kind, rows[0])
}

/** The rows that items were read from, to be compared with what is to be written. */
const readFrom = new WeakMap<object, Row>()

function decoded(kind: AnyKind, row: Row): object {
  const item = decode(kind, row)
  readFrom.set(item, row)
  return item
}

function isStored(kind: AnyKind, row: Row, before: object, repositoryId: number): boolean {
  const stored = readFrom.get(before) ?? encode(kind, before, repositoryId)
  return isSameItem(row, stored) && isAsTold(row[toldColumnName], stored[toldColumnName])
}

const isAsTold = (now: Value | undefined, before: Value | undefined) =>
  now === before || isToldEnough(now, before)

function keyOf(kind: AnyKind, item: object, repositoryId: number): Row {
  const key: Row = {}
  for (const column of kind.key) {
    key[column] = column === 'repository_id' ? repositoryId : (item[column as keyof object] as Value)
  }
  return key
}

/** Saves one item that was decided on, unless it is stored just so; keeps the repository's counts. */
export async function saveItem(
  tx: Db,
  kind: AnyKind,
  { repositoryId, item, before }: Where & { item: object; before: object | undefined },
): Promise<void> {
  const row = encode(kind, item, repositoryId)
  if (before && isStored(kind, row, before, repositoryId)) return
  statementsOf(kind).save(tx, row)
  enterItem(tx, kind, { repositoryId, item, before })
  await followNeeds(tx, kind, { repositoryId, item, before })
  await countOpen(tx, kind, { repositoryId, changed: [{ item, before }] })
}

/** Removes an item with what goes with it, and remembers that it is gone. */
export async function removeItem(
  tx: Db,
  kind: AnyKind,
  { repositoryId, item, gone_at, now }: Where & { item: object; gone_at: string | null; now: number },
): Promise<void> {
  const before = await findItem(tx, kind, { repositoryId, item })
  if (before) await remove(tx, kind, { repositoryId, items: [before] })
  await bury(tx, [tombstoneOf(kind, item, { repositoryId, gone_at, now })])
}

/** All items of a kind in a repository, for tasks; without a column that can be long. */
export async function listItems(
  db: Db,
  kind: AnyKind,
  { repositoryId, without }: Where & { without: string },
): Promise<object[]> {
  const columns = kind.columns
    .flatMap(({ names }) => names)
    .filter((column) => column !== without && column !== toldColumnName)
  const rows = await db
    .selectFrom(kind.table as SomeTable)
    .select(columns as 'id'[])
    .where('repository_id', '=', repositoryId)
    .execute()
  return rows.map((row) => decode(kind, row as unknown as Row))
}

/**
 * Writes what something else tells of a stored row; of one that is not stored or was changed since, nothing. Overtaken
 * by a sync, what it tells of the second in which the row was changed is older.
 */
export async function applyPatch(
  tx: Db,
  patch: Patch,
  { repositoryId, isOvertaken = false }: Where & { isOvertaken?: boolean },
): Promise<void> {
  const { kind, key, set, updated_at } = patch
  const isOlder = isOvertaken ? '<' : '<='
  const table = allKinds.find(({ name }) => name === kind)?.table as SomeTable
  let update = tx
    .updateTable(table)
    .set({ ...set, updated_at })
    .where('repository_id', '=', repositoryId)
    .where('updated_at', isOlder, updated_at)
  for (const [column, value] of Object.entries(key))
    update = update.where(column as 'id', '=', value as number)
  await update.execute()
  const { comments } = set
  await tx
    .updateTable('search_entries')
    .set({ updated_at, ...(typeof comments === 'number' && { comments }) })
    .where('repository_id', '=', repositoryId)
    .where('kind', '=', kind)
    .where('key', '=', Object.values(key).join('/'))
    .where('updated_at', isOlder, updated_at)
    .execute()
}

/**
 * Saves items of a list: those that are not older than what is stored, and not deleted while the list was on its way.
 * Answers with the names of those that were stored otherwise, or not at all.
 */
export async function saveListed(
  tx: Db,
  kind: AnyKind,
  { repositoryId, items }: Where & { items: readonly object[] },
): Promise<string[]> {
  if (items.length === 0) return []
  const known = await findMany(tx, kind, { repositoryId, items })
  return await saveMany(tx, kind, { repositoryId, items, known })
}

/** Removes stored items with what goes with them; remembers that they are gone where late news could bring them back. */
export async function removeMany(
  tx: Db,
  kind: AnyKind,
  { repositoryId, items, asOf, now }: Where & { items: readonly object[]; asOf: string; now: number },
): Promise<void> {
  if (items.length === 0) return
  const stored = await findMany(tx, kind, { repositoryId, items })
  await remove(tx, kind, { repositoryId, items: [...stored.values()] })
  // What comes and goes with others, as a commit with its branch, may well come back.
  if (Object.keys(kind.events).length === 0 || kind.listed?.leads) return
  await bury(
    tx,
    [...stored.values()].map((item) => tombstoneOf(kind, item, { repositoryId, gone_at: asOf, now })),
  )
}

interface Many extends Where {
  items: readonly object[]
  /** What is stored of them, by name. */
  known: ReadonlyMap<string, object>
}

async function saveMany(tx: Db, kind: AnyKind, { repositoryId, items, known }: Many): Promise<string[]> {
  const buried = await findBuried(tx, kind, {
    repositoryId,
    items: items.filter((item) => !known.has(nameOf(kind, item))),
  })
  // Of one that is listed twice the last counts, in the table as in the counts.
  const changed = new Map<string, Changed>()
  const rows: Row[] = []
  for (const incoming of items) {
    const name = nameOf(kind, incoming)
    const before = known.get(name)
    if (buried.has(name)) continue
    const stands = before !== undefined && (kind.stands?.(incoming, before) ?? false)
    if (before && !stands && !kind.replaces(incoming, before)) continue
    const item = stands ? retold(before, incoming) : completed(kind, incoming, before)
    if (!item) continue
    const row = encode(kind, item, repositoryId)
    const stored = before && (readFrom.get(before) ?? encode(kind, before, repositoryId))
    const isSame = stored !== undefined && isSameItem(row, stored)
    if (isSame && isAsTold(row[toldColumnName], stored[toldColumnName])) continue
    rows.push(row)
    if (!isSame) changed.set(name, { item, before })
  }
  await upsert(tx, kind.table as SomeTable, rows as unknown as IssueRow[], {
    key: kind.key as (keyof IssueRow)[],
  })
  for (const { item, before } of changed.values()) {
    if (!item) continue
    enterItem(tx, kind, { repositoryId, item, before })
    await followNeeds(tx, kind, { repositoryId, item, before })
  }
  await countOpen(tx, kind, { repositoryId, changed: [...changed.values()] })
  return [...changed.keys()]
}

/** Takes rows away, and those that go with them. */
async function remove(
  tx: Db,
  kind: AnyKind,
  { repositoryId, items }: Where & { items: readonly object[] },
): Promise<void> {
  const column = kind.key.at(-1) as keyof object
  const keys = items.map((item) => item[column] as Value)
  await leave(tx, kind, { repositoryId, keys: items.map((item) => nameOf(kind, item)) })
  await deleteWhere(tx, kind.table, { repositoryId, column, keys })
  for (const owned of allKinds) {
    if (owned.owner?.kind !== kind.name) continue
    await leaveOwned(tx, owned, { repositoryId, column: owned.owner.column, keys })
    await deleteWhere(tx, owned.table, { repositoryId, column: owned.owner.column, keys })
  }
  await countOpen(tx, kind, { repositoryId, changed: items.map((before) => ({ item: null, before })) })
}

async function deleteWhere(
  tx: Db,
  table: string,
  { repositoryId, column, keys }: Where & { column: string; keys: readonly Value[] },
): Promise<void> {
  await tx
    .deleteFrom(table as SomeTable)
    .where('repository_id', '=', repositoryId)
    .where(column as 'id', 'in', keys as number[])
    .execute()
}

async function findMany(
  tx: Db,
  kind: AnyKind,
  { repositoryId, items }: Where & { items: readonly object[] },
): Promise<Map<string, object>> {
  const column = kind.key.at(-1) as keyof object
  let query = tx
    .selectFrom(kind.table as SomeTable)
    .selectAll()
    .where(
      column as 'id',
      'in',
      items.map((item) => item[column] as number),
    )
  if (kind.key.length > 1) query = query.where('repository_id', '=', repositoryId)
  const rows = await query.execute()
  return new Map(rows.map((row) => named(kind, decoded(kind, row as unknown as Row))))
}

function named(kind: AnyKind, item: object): [string, object] {
  return [nameOf(kind, item), item]
}

/** Whether the columns of an item are the same, whatever was told beside. */
function isSameItem(a: Row, b: Row): boolean {
  for (const column in a) if (a[column] !== b[column] && column !== toldColumnName) return false
  return true
}

type Statement<Result> = (db: Db, values: Row) => Promise<Answer<Result>>

interface Statements {
  find: Statement<Row>
  save: (tx: Db, values: Row) => void
}

const statements = new Map<string, Statements>()

/** The statements of a kind, built once: on the hot path building their text takes longer than running them. */
function statementsOf(kind: AnyKind): Statements {
  let known = statements.get(kind.name)
  if (!known) {
    known = build(kind)
    statements.set(kind.name, known)
  }
  return known
}

function build(kind: AnyKind): Statements {
  const table = kind.table as SomeTable
  const columns = [...new Set(['repository_id', ...kind.columns.flatMap(({ names }) => names)])]
  return {
    find: compiled<Row, Row>((db, value) => {
      let query = db.selectFrom(table).selectAll()
      for (const column of kind.key) query = query.where(column as 'id', '=', value(column) as number)
      return query as never
    }),
    save: sendingUpsert(table, { columns, key: kind.key }),
  }
}
