import { type ListPage, readPage, readPageUnless } from '../github/readers.ts'
import { type Kind, type Listed, nameOf } from '../mirror/kind.ts'
import { changedSince } from '../mirror/read-listed.ts'
import { readListedPages, rememberPage } from '../store/listed-pages.ts'
import { removeUnlisted } from '../store/unlisted.ts'
import {
  askingClient,
  endless,
  itemsOf,
  nothing,
  pageOf,
  type Reader,
  type Reading,
  type Step,
  stepOf,
  writing,
} from './reading.ts'

/** Among the remembered pages of a list: its newest, in the order of changes. */
const newest = 0

/**
 * Reads what is new in a list whose newest comes first, as far back as it changed. One request tells that there is
 * nothing new, and costs no quota; one page that holds the whole list also tells what is gone.
 */
export function readerOfNews(kind: Kind<object>, listed: Listed): Reader {
  return async function* (reading) {
    const { store, repository, since, clock } = reading
    const client = askingClient(reading)
    const list = { repository_id: repository.id, list: listed.resource }
    const [known] = await readListedPages(store.read, list)
    const etag = known?.page === newest && since !== null ? known.etag : null
    const looked = reading.looked?.resource === listed.resource ? reading.looked.page : null
    const page = looked ?? (await readPageUnless(client, { ...pageOf(listed, reading, { page: 1 }), etag }))
    if ('unchanged' in page) return known?.hasNext === false ? 'whole' : 'news'
    const read = itemsOf(kind, page, reading)
    yield stepOf(kind, read, { total: page.total, repository })

    const isWhole = page.next === null
    if (!isWhole && reachesFurther(read.items, since, listed)) {
      yield* since !== null && listed.catchUp
        ? catchUp(kind, { ...listed, catchUp: listed.catchUp }, { ...reading, since })
        : pageOn(kind, listed, reading, page)
    }
    const names = read.items.map((item) => nameOf(kind, item))
    const asOf = page.asOf ?? new Date(clock()).toISOString()
    const isAll = isWhole && listed.sweep !== undefined
    yield writing(async (tx) => {
      // Only now: whoever is interrupted before shall not be told next time that nothing has changed.
      rememberPage(tx, list, { page: newest, etag: page.etag, names, hasNext: !isWhole, stamp: null })
      // What does not fit has no name that one could miss.
      if (!isAll || read.odd.length > 0) return nothing
      const all = { repositoryId: repository.id, names: new Set(names), asOf, now: clock() }
      return { changed: [], gone: await removeUnlisted(tx, kind, all) }
    })
    return isAll ? 'whole' : 'news'
  }
}

/** Whether there may be more that changed behind a page. The first time a sweep reads the rest, where there is one. */
function reachesFurther(
  items: readonly object[],
  since: string | null,
  { sweep, newestFirst }: Listed,
): boolean {
  if (since === null) return sweep === undefined
  return !newestFirst || changedSince(items, since).length === items.length
}

/** Reads page after page until what comes has not changed. */
async function* pageOn(
  kind: Kind<object>,
  listed: Listed,
  reading: Reading,
  first: ListPage,
): AsyncGenerator<Step, void> {
  const most = listed.mostPages ?? endless
  let page = first
  while (page.next !== null && page.next <= most) {
    page = await readPage(
      askingClient(reading),
      pageOf(listed, reading, { page: page.next, more: page.after }),
    )
    const read = itemsOf(kind, page, reading)
    yield stepOf(kind, read, { total: page.total, repository: reading.repository })
    if (!reachesFurther(read.items, reading.since, listed)) return
  }
}

/**
 * Asks for what changed since a time, and then since the last that came: nothing that moves or goes meanwhile shifts
 * something out of sight, and no list is too long for GitHub to page through.
 */
export async function* catchUp(
  kind: Kind<object>,
  listed: Listed & { catchUp: Readonly<Record<string, string>> },
  reading: Reading & { since: string },
  seen: Set<string> = new Set(),
): AsyncGenerator<Step, void> {
  let { since } = reading
  let number = 1
  for (let pages = 0; pages < endless; pages++) {
    const page = await readPage(askingClient(reading), {
      ...pageOf(listed, reading, { page: number, more: { ...listed.catchUp, since } }),
    })
    const read = itemsOf(kind, page, reading)
    for (const item of read.items) seen.add(nameOf(kind, item))
    yield stepOf(kind, read, { total: null, repository: reading.repository })
    if (page.next === null) return
    const last = lastChange(page)
    // More than a page changed within one second: only there pages are counted.
    number = last === since ? number + 1 : 1
    since = last ?? since
  }
}

/** When the last object of a page was changed, whatever else it is. */
function lastChange({ objects }: ListPage): string | null {
  const last = objects.at(-1)?.value as { updated_at?: unknown } | undefined
  return typeof last?.updated_at === 'string' ? last.updated_at : null
}
