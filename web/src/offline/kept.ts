import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { clear, createStore, delMany, entries, get, keys, set, setMany } from 'idb-keyval'
import type { User } from '../../../contract/identity.ts'

/**
 * What a browser keeps so that the app opens while the hub is away: who was signed in, and what the pages that they
 * opened showed. It never holds a credential, goes with the sign-out, and is read only when the hub does not answer.
 */
interface KeptQuery {
  key: QueryKey
  data: unknown
  /** When the hub told it. */
  at: number
}

const PERSON = 'person'
const MOST = 300
const OLDEST_MS = 7 * 86_400_000
/** A delivery's payload may be 25 MB: what is larger than this (in characters of JSON) is not kept. */
const LARGEST = 512 * 1024
/** Kinds of answers that are kept … */
const KEPT = new Set(['list', 'one', 'journal'])
/** … but for these: worthless later, or nobody's business on a disk. */
const UNKEPT = new Set(['stats', 'setup', 'sessions', 'tokens', 'users', 'audit'])
/** What was fetched is written soon; what the live feed moves all the time, now and then and when the hub goes away. */
const FETCHED_MS = 1_000
const MOVED_MS = 60_000

const idb = createStore('kept', 'queries')
const nameOf = (hash: string) => `query ${hash}`

/**
 * Keeps what the cache learns from now on, while `allowed`. Answers with what writes at once, and what forgets all.
 */
export function keepQueries(
  queryClient: QueryClient,
  allowed: () => boolean,
): { flush: () => void; forget: () => Promise<void> } {
  const cache = queryClient.getQueryCache()
  const dirty = new Set<string>()
  let due = Number.POSITIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | undefined
  const flushWithin = (ms: number) => {
    if (Date.now() + ms >= due) return
    due = Date.now() + ms
    clearTimeout(timer)
    timer = setTimeout(flush, ms)
  }
  const flush = () => {
    clearTimeout(timer)
    due = Number.POSITIVE_INFINITY
    const found = [...dirty].map((hash) => cache.get(hash))
    dirty.clear()
    const rows = found.flatMap((query): [string, KeptQuery][] => {
      if (!query || query.state.data === undefined) return []
      const { data, dataUpdatedAt: at } = query.state
      if (JSON.stringify(data).length > LARGEST) return []
      return [[nameOf(query.queryHash), { key: query.queryKey, data, at }]]
    })
    if (rows.length > 0 && allowed()) void quietly(() => setMany(rows, idb).then(prune))
  }
  cache.subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return
    const [kind, what] = event.query.queryKey
    if (!KEPT.has(String(kind)) || UNKEPT.has(String(what))) return
    dirty.add(event.query.queryHash)
    flushWithin(event.action.manual ? MOVED_MS : FETCHED_MS)
  })
  return {
    flush,
    async forget() {
      dirty.clear()
      await quietly(() => clear(idb))
    },
  }
}

/** Notes who is signed in; somebody else's things go first. */
export async function keepPerson(user: User): Promise<void> {
  await quietly(async () => {
    const before = await get<User>(PERSON, idb)
    if (before && before.id !== user.id) await clear(idb)
    await set(PERSON, user, idb)
  })
}

/** Who was signed in when the hub was last heard of; null when nobody was, or signed out since. */
export async function recallPerson(): Promise<User | null> {
  return (await quietly(() => get<User>(PERSON, idb))) ?? null
}

/** Puts what is kept into an empty cache, to be asked for again as soon as that is possible. Answers its newest time. */
export async function recallQueries(queryClient: QueryClient): Promise<number | null> {
  const rows = (await quietly(() => entries<string, KeptQuery | User>(idb))) ?? []
  let newest: number | null = null
  for (const [name, row] of rows) {
    if (name === PERSON || !('key' in row) || row.at < Date.now() - OLDEST_MS) continue
    queryClient.setQueryData(row.key, row.data, { updatedAt: row.at })
    newest = Math.max(newest ?? 0, row.at)
  }
  await queryClient.invalidateQueries({ refetchType: 'none' })
  return newest
}

async function prune(): Promise<void> {
  if ((await keys(idb)).length <= MOST) return
  const rows = (await entries<string, KeptQuery>(idb)).filter(([name]) => name !== PERSON)
  const old = rows
    .toSorted(([, a], [, b]) => b.at - a.at)
    .filter(([, { at }], index) => index >= MOST * 0.9 || at < Date.now() - OLDEST_MS)
  await delMany(
    old.map(([name]) => name),
    idb,
  )
}

/** Storage may be closed, or full: the app then opens only while the hub is there. */
async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch {
    return null
  }
}
