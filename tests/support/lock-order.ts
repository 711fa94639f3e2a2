import { allKinds } from '../../src/mirror/kinds.ts'

/**
 * What a write locks, in the order in which it first does: the tables of which it changes rows that are there already
 * or holds them `for update`, and the store's named locks as `lock`. Rows that it adds under new keys stand in nobody's
 * way.
 */
export function locksOf(write: readonly string[]): string[] {
  return [...new Set(write.flatMap(lockedBy))].filter((table) => !guarded.has(table))
}

/** What is in a repository is written only by who holds the repository's row: nobody else comes so far. */
const guarded: ReadonlySet<string> = new Set([
  ...['seen_people', 'set_aside', 'tombstones', 'listed_pages', 'closing_references'],
  ...allKinds.map(({ table }) => table),
])

function lockedBy(statement: string): string[] {
  if (statement.includes('pg_advisory_xact_lock')) return ['lock']
  const changed = /\b(update|delete from|insert into) "(\w+)"/g
  const tables = [...statement.matchAll(changed)]
    .filter(([, verb]) => verb !== 'insert into' || statement.includes('on conflict'))
    .map(([, , table]) => table!)
  const held = / from "(\w+)".* for update$/.exec(statement)?.[1]
  return held ? [...tables, held] : tables
}

/**
 * The fewest tables that these writes lock in a circle, each with a write that locks it before the next one; undefined
 * where there is one order that all of them keep.
 */
export function findCycle(writes: readonly (readonly string[])[]): string[] | undefined {
  const after = new Map<string, Map<string, readonly string[]>>()
  for (const locks of writes) {
    for (const [index, first] of locks.entries()) {
      const known = after.get(first) ?? new Map<string, readonly string[]>()
      after.set(first, known)
      for (const then of locks.slice(index + 1)) if (!known.has(then)) known.set(then, locks)
    }
  }
  const circles = [...after.keys()].flatMap((table) => shortestWayBack(table, after) ?? [])
  const [circle] = circles.toSorted((a, b) => a.length - b.length)
  return circle?.slice(1).map((then, n) => {
    const first = circle[n]!
    return `${first} before ${then}: ${after.get(first)?.get(then)?.join(', ')}`
  })
}

type After = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

function shortestWayBack(table: string, after: After): [string[]] | undefined {
  const ways = [[table]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of after.get(way.at(-1)!)?.keys() ?? []) {
      if (next === table) return [[...way, table]]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return undefined
}
