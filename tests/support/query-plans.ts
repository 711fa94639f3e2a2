import type { DatabaseSync } from 'node:sqlite'

/** Tables that stay small however long a hub runs; all others grow, new ones included. */
const small = new Set([
  'change_head',
  'credentials',
  'migrations',
  'settings',
  'users',
  'workflow_schedules',
  'workflow_triggers',
  'workflows',
])

const statement = /^\s*(select|insert|update|delete|with)\b/i

/**
 * The full scans of growing tables that SQLite would make for a statement; none is what we want. Walking an index
 * in the order that is asked for, up to a limit, is no full scan.
 */
export function findFullScans(database: DatabaseSync, sql: string): string[] {
  if (!statement.test(sql)) return []
  const plan = database
    .prepare(`explain query plan ${sql}`)
    .all()
    .map((row) => String(row.detail))
  const ordered = /\border by\b/i.test(sql) && /\blimit\b/i.test(sql)
  const sorts = plan.some((line) => line.includes('USE TEMP B-TREE'))
  if (ordered && !sorts) return []
  const tables = tablesOf(database)
  return plan.filter((line) => {
    const [, name = ''] = /^SCAN (\w+)/.exec(line) ?? []
    const table = aliasesIn(sql).get(name) ?? name
    return tables.has(table) && !small.has(table)
  })
}

function tablesOf(database: DatabaseSync): Set<string> {
  const rows = database.prepare("select name from sqlite_schema where type = 'table'").all()
  return new Set(rows.map(({ name }) => String(name)))
}

function aliasesIn(sql: string): Map<string, string> {
  return new Map([...sql.matchAll(/"(\w+)" as "(\w+)"/g)].map(([, table, alias]) => [alias!, table!]))
}

/** Statements by whether product code issued them; asked once per text and process. */
const judged = new Set<string>()

/** Collects what the product asks of a database, and leaves out what a test asks for itself. */
export function watchProductQueries(): { onQuery(sql: string): void; queries: string[] } {
  const queries: string[] = []
  return {
    queries,
    onQuery(sql) {
      if (judged.has(sql) || !isIssuedByProduct()) return
      judged.add(sql)
      queries.push(sql)
    },
  }
}

/** Statements are compiled in the stack of their caller: the innermost file of ours says whose they are. */
function isIssuedByProduct(): boolean {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 60
  const frames = new Error().stack?.split('\n') ?? []
  Error.stackTraceLimit = limit
  const ours = frames.find(
    (frame) => !/node_modules|query-plans\.ts|watch-queries\.ts/.test(frame) && /\/(src|tests)\//.test(frame),
  )
  return ours?.includes('/src/') ?? true
}

/** Throws when one of the statements makes a full scan of a table that grows. */
export function refuseFullScans(database: DatabaseSync, queries: readonly string[]): void {
  const found = queries.flatMap((sql) => findFullScans(database, sql).map((scan) => `${scan}\n    ${sql}`))
  if (found.length > 0) {
    throw new Error(
      `Statements that read a whole growing table; give them an index or a bound:\n  ${found.join('\n  ')}`,
    )
  }
}
