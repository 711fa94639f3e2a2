import { type ListPage, readPage, readPageUnless } from '../github/readers.ts'
import { type Kind, type Listed, nameOf } from '../mirror/kind.ts'
import { readLinks } from '../store/links.ts'
import { readListedPages, rememberPage } from '../store/listed-pages.ts'
import { removeMany } from '../store/mirror.ts'
import type { Db } from '../store/store.ts'
import { askingClient, endless, itemsOf, pageOf, type Reader, stepOf, writing } from './reading.ts'

/** Pages of the list that are remembered: its first, and which items lead nowhere although they were read whole. */
const head = 0
const ends = 1

/**
 * Reads a list whose items lead to one another, as commits to their parents, until everything is there that its first
 * item leads to. What was missed is asked for by its name: neither its age nor what happens to the list meanwhile keeps
 * it out of sight. What the first item does not lead to is not of the list any more.
 */
export function readerOfHistory(
  kind: Kind<object>,
  listed: Listed & { leads: NonNullable<Listed['leads']> },
): Reader {
  const { leads } = listed
  return async function* (reading) {
    const { store, repository, thorough, clock } = reading
    const client = askingClient(reading)
    const repositoryId = repository.id
    const list = { repository_id: repositoryId, list: listed.resource }
    const known = new Map((await readListedPages(store.read, list)).map((page) => [page.page, page]))
    const etag = known.get(head)?.etag ?? null
    const first = await readPageUnless(client, { ...pageOf(listed, reading, { page: 1 }), etag })
    if ('unchanged' in first && !thorough) return 'news'

    const links = await readLinks(store.read, kind, { repositoryId, column: leads.column })
    const history = createHistory(links, new Set(known.get(ends)?.names))
    let page: ListPage | null = 'unchanged' in first ? null : first
    let top = known.get(head)?.names[0]
    let from: string | null = null
    let number = 1
    for (let pages = 1; pages <= (listed.mostPages ?? endless); pages++) {
      let brought = false
      if (page) {
        const read = itemsOf(kind, page, reading)
        yield stepOf(kind, read, { total: null, repository })
        for (const item of read.items) brought = history.add(nameOf(kind, item), leads.to(item)) || brought
        if (pages === 1) top = read.items[0] && nameOf(kind, read.items[0])
      }
      if (top === undefined) return 'news'
      if (pages === 1) history.begin(top)
      const [missing] = history.missing
      if (missing === undefined) break
      if (number === 1 && from !== null && history.missing.has(from)) return 'news' // GitHub does not give it
      // Page by page while that brings something, and else from what is missing on.
      number = brought && page?.next ? page.next : 1
      if (number === 1) from = missing
      const more = from === null ? {} : leads.from(from)
      page = await readPage(client, pageOf(listed, reading, { page: number, more }))
    }
    if (history.missing.size > 0) return 'news'

    const gone = [...links.keys()].filter((name) => !history.reached.has(name))
    const asOf = first.asOf ?? new Date(clock()).toISOString()
    yield writing(async (tx) => {
      const items = gone.map((name) => ({ [kind.key.at(-1) as string]: name }))
      await removeMany(tx, kind, { repositoryId, items, asOf, now: clock() })
      if (!('unchanged' in first)) {
        rememberEnds(tx, list, { etag: first.etag, top: top as string, bottom: history.ends() })
      }
      return { changed: [], gone }
    })
    return 'whole'
  }
}

function rememberEnds(
  tx: Db,
  list: { repository_id: number; list: string },
  { etag, top, bottom }: { etag: string | null; top: string; bottom: string[] },
): void {
  const remembered = { hasNext: false, stamp: null }
  rememberPage(tx, list, { page: head, etag, names: [top], ...remembered })
  rememberPage(tx, list, { page: ends, etag: null, names: bottom, ...remembered })
}

/** Remembers a whole list, its newest first, as if it had been read here. */
export function rememberHistory(
  tx: Db,
  kind: Kind<object>,
  { resource, leads }: Listed & { leads: NonNullable<Listed['leads']> },
  { repositoryId, items }: { repositoryId: number; items: readonly object[] },
): void {
  const [newest] = items
  if (!newest) return
  const bottom = items.filter((item) => leads.to(item).length === 0).map((item) => nameOf(kind, item))
  const list = { repository_id: repositoryId, list: resource }
  rememberEnds(tx, list, { etag: null, top: nameOf(kind, newest), bottom })
}

/**
 * What is reached from a beginning, and what is missing on the way. An item that leads nowhere counts as missing until
 * it was listed (then it is one of the `complete`): a webhook tells commits in a short form without their parents.
 */
function createHistory(links: Map<string, readonly string[]>, complete: Set<string>) {
  const reached = new Set<string>()
  const missing = new Set<string>()

  function reach(beginning: string): void {
    const open = [beginning]
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (reached.has(name) && !missing.has(name)) continue
      reached.add(name)
      const next = links.get(name) ?? []
      if (next.length > 0 || complete.has(name)) missing.delete(name)
      else missing.add(name)
      open.push(...next)
    }
  }

  return {
    reached,
    missing,
    begin: reach,
    ends: () => [...complete].filter((name) => reached.has(name)),
    /** Takes in a listed item; whether it was not known before. */
    add(name: string, next: readonly string[]): boolean {
      const isNew = !links.has(name) || missing.has(name)
      links.set(name, next)
      if (next.length === 0) complete.add(name)
      if (missing.has(name)) reach(name)
      return isNew
    },
  }
}
