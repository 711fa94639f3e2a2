import type { DatabaseSync } from 'node:sqlite'
import { noteIssuers } from './query-issuers.ts'

/** Tables that stay small however long a hub runs; all others grow, new ones included. */
const small = new Set([
  'change_head',
  'credentials',
  'migrations',
  'removals',
  'run_owners',
  'search_filling',
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
    // Words are looked up by FTS5, and only in a range of ids: what somebody may read.
    if (/^SCAN \w+ VIRTUAL TABLE INDEX \d+:(=|M\d+[<>=])/.test(line)) return false
    const [, name = ''] = /^SCAN (\w+)/.exec(line) ?? []
    const table = aliasesIn(sql).get(name) ?? name
    return tables.has(table) && !small.has(table)
  })
}

/** What a walk of a list may begin with: then every row that it comes by is its reader's, or the only one. */
const narrow =
  /\((?:rowid|id|user_id|run_id|repository_id|topic|maker|started_by|key)[=<>]|\(\(repository_id,|runs_status/

/**
 * The walks of a list that come by the rows of everybody and look at the reader's rights only afterwards: they take as
 * long as there are rows that the reader may not see. What a subquery with a limit of its own brings is let pass.
 */
export function findForeignWalks(database: DatabaseSync, sql: string): string[] {
  if (!/^\s*select\b/i.test(sql) || !/\baccess\b/.test(sql) || !/\blimit\b/i.test(sql)) return []
  const plan = database.prepare(`explain query plan ${sql}`).all() as {
    id: number
    parent: number
    detail: string
  }[]
  const byId = new Map(plan.map((line) => [line.id, line]))
  const isBounded = ({ parent }: { parent: number }): boolean => {
    const above = byId.get(parent)
    return above !== undefined && (/^(CO-ROUTINE|MATERIALIZE)/.test(above.detail) || isBounded(above))
  }
  const owned = new Set(
    [...tablesOf(database)].filter((table) =>
      database.prepare('select 1 from pragma_table_info(?) where name = ?').get(table, 'repository_id'),
    ),
  )
  owned.delete('access')
  return plan
    .filter(({ detail }) => {
      const [, name = ''] = /^(?:SCAN|SEARCH) (\w+)/.exec(detail) ?? []
      return owned.has(aliasesIn(sql).get(name) ?? name) && !narrow.test(detail)
    })
    .filter((line) => !isBounded(line))
    .map(({ detail }) => detail)
}

function tablesOf(database: DatabaseSync): Set<string> {
  const rows = database.prepare("select name from sqlite_schema where type = 'table'").all()
  return new Set(rows.map(({ name }) => String(name)))
}

function aliasesIn(sql: string): Map<string, string> {
  return new Map([...sql.matchAll(/"(\w+)" as "(\w+)"/g)].map(([, table, alias]) => [alias!, table!]))
}

/** Statements of the product that this process has collected; one of each text is enough. */
const collected = new Set<string>()

/** Collects what the product asks of a database, but for migrations, and leaves out what a test asks for itself. */
export function watchProductQueries(): { onQuery(sql: string): void; queries: string[] } {
  const queries: string[] = []
  return {
    queries,
    onQuery(sql) {
      // Statements are compiled in the stack of their caller: the innermost file of ours says whose they are.
      const ours = callers().filter(({ file }) => /\/(src|tests)\//.test(file) && !watchers.test(file))
      if (!ours[0]?.file.includes('/src/') || ours[0].file.endsWith('/src/store/migrate.ts')) return
      noteIssuers(ours.map(({ name }) => name))
      // A migration reads whole tables, once.
      if (ours[0].file.endsWith('/store/migrate.ts')) return
      if (collected.has(sql)) return
      collected.add(sql)
      queries.push(sql)
    },
  }
}

const watchers = /query-plans\.ts|watch-queries\.ts|node_modules/

/** Who is being run, innermost first. */
function callers(): { file: string; name: string }[] {
  const { prepareStackTrace, stackTraceLimit } = Error
  Error.stackTraceLimit = 60
  Error.prepareStackTrace = (_, sites) => sites
  const sites = new Error().stack as unknown as NodeJS.CallSite[]
  Object.assign(Error, { prepareStackTrace, stackTraceLimit })
  return sites.map((site) => ({ file: site.getFileName() ?? '', name: site.getFunctionName() ?? '' }))
}

/** Throws when one of the statements makes a full scan of a table that grows, or a walk along the rows of everybody. */
export function refuseFullScans(database: DatabaseSync, queries: readonly string[]): void {
  const found = queries.flatMap((sql) =>
    [...findFullScans(database, sql), ...findForeignWalks(database, sql)].map(
      (line) => `${line}\n    ${sql}`,
    ),
  )
  if (found.length > 0) {
    throw new Error(
      'Statements that read a whole growing table, or the rows of everybody for one reader; give them an index or a ' +
        `bound:\n  ${found.join('\n  ')}`,
    )
  }
}
