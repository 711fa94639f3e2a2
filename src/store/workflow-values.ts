import type { Secret, Variable } from '../../contract/secrets.ts'
import { toTime } from './columns.ts'
import { newId } from './new-id.ts'
import type { SecretRow, VariableRow } from './rows/values.ts'
import type { Sealer } from './sealing.ts'
import type { Db } from './store.ts'

/** Whose value it is: a repository's, or with null the whole hub's. */
export type ValueScope = number | null

interface NewValue {
  scope: ValueScope
  /** In capitals. */
  name: string
  value: string
  /** Login of who sets it. */
  by: string
  now: number
}

/** Where the secret of an id is bound to. */
const placeOf = (id: string) => ({ table: 'secrets', row: id, column: 'sealed' })

/** Secrets of a scope by name; never what they hold. */
export async function listSecrets(db: Db, scope: ValueScope): Promise<Secret[]> {
  const rows = await db
    .selectFrom('secrets')
    .select(['name', 'updated_at', 'updated_by'])
    .where('repository_id', scope === null ? 'is' : '=', scope)
    .orderBy('name')
    .execute()
  return rows.map(present)
}

/** Variables of a scope by name. */
export async function listVariables(db: Db, scope: ValueScope): Promise<Variable[]> {
  const rows = await db
    .selectFrom('variables')
    .select(['name', 'value', 'updated_at', 'updated_by'])
    .where('repository_id', scope === null ? 'is' : '=', scope)
    .orderBy('name')
    .execute()
  return rows.map(present)
}

/** Seals and keeps a secret, over an earlier one of its name. */
export async function saveSecret(
  tx: Db,
  sealer: Sealer,
  { scope, name, value, by, now }: NewValue,
): Promise<void> {
  const id = newId(now)
  const row: SecretRow = {
    ...{ id, repository_id: scope, name, updated_at: now, updated_by: by },
    ...sealer.seal(value, placeOf(id)),
  }
  await removeValue(tx, 'secrets', { scope, name })
  await tx.insertInto('secrets').values(row).execute()
}

/** Keeps a variable, over an earlier one of its name. */
export async function saveVariable(tx: Db, { scope, name, value, by, now }: NewValue): Promise<void> {
  const row: VariableRow = {
    ...{ id: newId(now), repository_id: scope, name, value, updated_at: now, updated_by: by },
  }
  await removeValue(tx, 'variables', { scope, name })
  await tx.insertInto('variables').values(row).execute()
}

/** Takes a secret or variable away; whether there was one. */
export async function removeValue(
  tx: Db,
  table: 'secrets' | 'variables',
  { scope, name }: { scope: ValueScope; name: string },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom(table)
    .where('repository_id', scope === null ? 'is' : '=', scope)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** How many a scope has. */
export async function countValues(
  db: Db,
  table: 'secrets' | 'variables',
  scope: ValueScope,
): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('repository_id', scope === null ? 'is' : '=', scope)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Values by name, the repository's over the hub's; without a scope's secrets where it is not named. */
export async function readSecrets(
  db: Db,
  sealer: Sealer,
  scopes: readonly ValueScope[],
): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const scope of scopes) {
    const rows = await db
      .selectFrom('secrets')
      .selectAll()
      .where('repository_id', scope === null ? 'is' : '=', scope)
      .execute()
    for (const row of rows) values[row.name] = sealer.unseal(row, placeOf(row.id))
  }
  return values
}

/** The same of variables. */
export async function readVariables(db: Db, scopes: readonly ValueScope[]): Promise<Record<string, string>> {
  const values: Record<string, string> = {}
  for (const scope of scopes) {
    for (const { name, value } of await listVariables(db, scope)) values[name] = value
  }
  return values
}

function present<Row extends { updated_at: number }>(
  row: Row,
): Omit<Row, 'updated_at'> & { updated_at: string } {
  return { ...row, updated_at: toTime(row.updated_at) }
}
