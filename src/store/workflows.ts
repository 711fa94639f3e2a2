import { PostgresAdapter, sql } from 'kysely'
import type { ChangeData } from '../../contract/changes.ts'
import type { WorkflowDefinition } from '../domain/workflow/definition.ts'
import { coded } from '../errors.ts'
import { appendChanges } from './changes.ts'
import { toFlag } from './columns.ts'
import { compiled } from './compiled.ts'
import { newId } from './new-id.ts'
import type { WorkflowRow } from './rows/run.ts'
import type { Db } from './store.ts'
import { listen, unlisten } from './workflow-triggers.ts'

/** A person who changes a workflow. */
interface Editor {
  userId: string
  login: string
}

interface Written {
  source: string
  definition: WorkflowDefinition
  by: Editor
  now: number
}

/** Stores a new workflow, switched on, and returns its id. */
export async function createWorkflow(tx: Db, { source, definition, by, now }: Written): Promise<string> {
  const id = newId()
  await tx
    .insertInto('workflows')
    .values({
      id,
      name: definition.name,
      version: 1,
      enabled: 1,
      created_by: by.userId,
      run_count: 0,
      visibility: 'private',
      created_at: now,
      updated_at: now,
    })
    .execute()
  await addVersion(tx, { id, version: 1, source, definition, by, now })
  await listen(tx, { id, definition, now })
  await tell(tx, { action: 'created', id, name: definition.name, audience: by.userId, by, now })
  return id
}

/**
 * Stores a new version and returns its number. Whoever edits a workflow becomes its maker: its steps act in their
 * name from now on. Throws `not_found`.
 */
export async function updateWorkflow(
  tx: Db,
  { id, source, definition, by, now }: Written & { id: string },
): Promise<number> {
  const { created_by } = await findWorkflow(tx, id)
  const row = await tx
    .updateTable('workflows')
    .set({
      name: definition.name,
      version: sql`version + 1`,
      created_by: by.userId,
      updated_at: now,
      fault: null,
      fault_at: null,
    })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning(['version', 'enabled', 'visibility'])
    .executeTakeFirst()
  if (!row) throw noSuchWorkflow()
  await addVersion(tx, { id, version: row.version, source, definition, by, now })
  if (row.enabled === 1) await listen(tx, { id, definition, now })
  // Also for who made it until now: it is still theirs to see.
  const audience = audienceOf({ visibility: row.visibility, created_by })
  await tell(tx, { action: 'updated', id, name: definition.name, audience, by, now })
  return row.version
}

/** Switches a workflow on or off; while it is off nothing starts it. Throws `not_found`. */
export async function enableWorkflow(
  tx: Db,
  { id, enabled, by, now }: { id: string; enabled: boolean; by: Editor; now: number },
): Promise<void> {
  const row = await findWorkflow(tx, id)
  if (row.enabled === toFlag(enabled)) return
  await tx
    .updateTable('workflows')
    .set({ enabled: toFlag(enabled), updated_at: now })
    .where('id', '=', id)
    .execute()
  if (enabled) await listen(tx, { id, definition: await loadDefinition(tx, row), now })
  else await unlisten(tx, id)
  const action = enabled ? 'enabled' : 'disabled'
  await tell(tx, { action, id, name: row.name, audience: audienceOf(row), by, now })
}

/** Shares a workflow with everybody signed in, or hides it again. Throws `not_found`. */
export async function shareWorkflow(
  tx: Db,
  { id, visibility, by, now }: Pick<WorkflowRow, 'id' | 'visibility'> & { by: Editor; now: number },
): Promise<void> {
  const row = await findWorkflow(tx, id)
  if (row.visibility === visibility) return
  await tx.updateTable('workflows').set({ visibility, updated_at: now }).where('id', '=', id).execute()
  // Hidden, too, is told to everybody: they have it in their lists.
  const action = visibility === 'shared' ? 'shared' : 'hidden'
  await tell(tx, { action, id, name: row.name, audience: null, by, now })
}

/** Writes on a workflow why it could not be started; people see the last such fault until they change it. */
export async function noteFault(
  tx: Db,
  { id, message, now }: { id: string; message: string; now: number },
): Promise<void> {
  const row = await tx
    .updateTable('workflows')
    .set({ fault: message, fault_at: now })
    .where('id', '=', id)
    .returning(['name', 'visibility', 'created_by'])
    .executeTakeFirst()
  if (row) await tell(tx, { action: 'failed', id, name: row.name, audience: audienceOf(row), by: null, now })
}

/** Takes a workflow away; its runs stay readable, and those that run go on. Throws `not_found`. */
export async function deleteWorkflow(
  tx: Db,
  { id, by, now }: { id: string; by: Editor; now: number },
): Promise<void> {
  const row = await findWorkflow(tx, id)
  await tx
    .updateTable('workflows')
    .set({ deleted_at: now, enabled: 0, updated_at: now })
    .where('id', '=', id)
    .execute()
  await unlisten(tx, id)
  await tell(tx, { action: 'deleted', id, name: row.name, audience: audienceOf(row), by, now })
}

/** A workflow that is not deleted. Throws `not_found`. */
async function findWorkflow(db: Db, id: string): Promise<WorkflowRow> {
  const [row] = (await byId(db, { id })).rows
  if (!row) throw noSuchWorkflow()
  return row
}

const byId = compiled<{ id: string }, WorkflowRow>((db, value) =>
  db.selectFrom('workflows').selectAll().where('id', '=', value('id')).where('deleted_at', 'is', null),
)

function noSuchWorkflow() {
  return coded('not_found', 'There is no such workflow.')
}

/** The definition of one version. Throws `not_found`. */
export async function loadDefinition(
  db: Db,
  { id, version }: { id: string; version: number },
): Promise<WorkflowDefinition> {
  const { rows } = await definitionOf(db, { id, version })
  if (!rows[0]) throw coded('not_found', `There is no version ${version} of this workflow.`)
  return JSON.parse(rows[0].definition) as WorkflowDefinition
}

const definitionOf = compiled<{ id: string; version: number }, { definition: string }>((db, value) =>
  db
    .selectFrom('workflow_versions')
    .select('definition')
    .where('workflow_id', '=', value('id'))
    .where('version', '=', value('version')),
)

/** The version that is now of somebody's only workflow of that name, if it is switched on. */
export async function findCallable(
  db: Db,
  { name, maker }: { name: string; maker: string },
): Promise<{ id: string; version: number } | undefined> {
  const found = await db
    .selectFrom('workflows')
    .select(['id', 'version'])
    .where('name', '=', name)
    .where('created_by', '=', maker)
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null)
    .limit(2)
    .execute()
  return found.length === 1 ? found[0] : undefined
}

/** What a run needs to know of its workflow. */
export type CountedWorkflow = Pick<WorkflowRow, 'name' | 'version' | 'created_by' | 'run_count'>

/**
 * Counts one more run of a workflow and tells what the run needs to know of it. Throws `not_found` for a deleted
 * one, `conflict` for one that is switched off.
 */
export async function countRun(tx: Db, id: string): Promise<CountedWorkflow> {
  const { rows } = await count(tx, { id })
  if (rows[0]) return rows[0]
  await findWorkflow(tx, id)
  throw coded('conflict', 'This workflow is switched off.')
}

const count = compiled<{ id: string }, CountedWorkflow>((db, value) =>
  db
    .updateTable('workflows')
    .set({ run_count: sql`run_count + 1` })
    .where('id', '=', value('id'))
    .where('enabled', '=', 1)
    .where('deleted_at', 'is', null)
    .returning(['name', 'version', 'created_by', 'run_count']),
)

/** Takes a workflow's row: whoever changes it, its triggers or its schedules, or starts a run of it, does so first. */
export async function holdWorkflow(tx: Db, id: string): Promise<void> {
  await hold(tx, { id })
}

/** Takes the row's lock on Postgres; SQLite has one writer anyway, and no words for it. */
const hold = compiled<{ id: string }, Pick<WorkflowRow, 'id'>>((db, value) => {
  const query = db.selectFrom('workflows').select('id').where('id', '=', value('id'))
  return db.getExecutor().adapter instanceof PostgresAdapter ? query.forUpdate() : query
})

async function addVersion(
  tx: Db,
  { id, version, source, definition, by, now }: Written & { id: string; version: number },
): Promise<void> {
  await tx
    .insertInto('workflow_versions')
    .values({
      workflow_id: id,
      version,
      source,
      definition: JSON.stringify(definition),
      created_by: by.userId,
      created_at: now,
    })
    .execute()
}

function audienceOf({
  visibility,
  created_by,
}: Pick<WorkflowRow, 'visibility' | 'created_by'>): string | null {
  return visibility === 'shared' ? null : created_by
}

async function tell(
  tx: Db,
  what: {
    action: ChangeData['workflow.updated']['action']
    id: string
    name: string
    /** The maker, for whom and for maintainers it is; null: for everybody. */
    audience: string | null
    /** null: the hub itself. */
    by: Editor | null
    now: number
  },
): Promise<void> {
  const data: ChangeData['workflow.updated'] = { action: what.action, workflow_id: what.id, name: what.name }
  appendChanges(tx, what.now, [
    { topic: 'system', kind: 'workflow.updated', data, actor: what.by?.login ?? null, maker: what.audience },
  ])
}
