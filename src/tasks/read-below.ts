import { inCircles, type ListPage, readPage, readPageUnless } from '../github/readers.ts'
import type { SurveyedList } from '../github/survey/survey-repository.ts'
import { type Kind, type Listed, nameOf, type Place } from '../mirror/kind.ts'
import { readListed } from '../mirror/read-listed.ts'
import { type ListedPage, readListedPages, readStamps, rememberPage } from '../store/listed-pages.ts'
import { listItems } from '../store/mirror.ts'
import { removeUnlisted } from '../store/unlisted.ts'
import { isMissing } from './missing.ts'
import {
  askingClient,
  nothing,
  pageOf,
  type Reader,
  type Reading,
  type Step,
  stepOf,
  writing,
} from './reading.ts'

/** Lists that are read of one resource in one sync: the rest is for the next ones, which follow at once. */
const mostLists = 100
/** Lists that are asked for at a time. */
const atOnce = 5
/** Of so many of the newest parents a thorough sync looks again, whether they changed or not. */
const looksAgain = 100
const perPage = 100
/** Such a list is in memory as a whole: nobody says ten thousand things to one item. */
const mostPages = 100

type ListedBelow = Listed & { under: NonNullable<Listed['under']> }

/**
 * Reads the lists that each item of another kind has: of what changed since its list was read, the newest first. All
 * that such a list does not hold any more is gone.
 */
export function readerBelow(kind: Kind<object>, parent: Kind<object>, listed: ListedBelow): Reader {
  return async function* (reading) {
    const due: Below[] = []
    for (const below of await findDue(parent, listed, reading)) {
      const told = reading.survey?.below.get(nameOfList(listed, below))
      if (told) yield toldStep(kind, listed, reading, { below, told })
      else due.push(below)
    }
    if (due.length > 0) askingClient(reading)
    for (let start = 0; start < Math.min(due.length, mostLists); start += atOnce) {
      const lists = due.slice(start, Math.min(start + atOnce, mostLists))
      for (const step of await Promise.all(lists.map((below) => readList(kind, listed, reading, below))))
        yield step
    }
    return due.length > mostLists ? 'more' : 'whole'
  }
}

/** One list to read. */
interface Below {
  parameters: Record<string, number | string>
  /** What it hangs under. */
  under: number | string
  /** When the parent was last changed: the list was read once it is remembered with this. */
  stamp: string
}

/** The lists that are to be read, the newest parents first. */
async function findDue(
  parent: Kind<object>,
  { resource, under }: ListedBelow,
  reading: Reading,
): Promise<Below[]> {
  const { store, repository, since, thorough } = reading
  const parents = await listItems(store.read, parent, { repositoryId: repository.id, without: 'body' })
  const stamps = await readStamps(store.read, { repository_id: repository.id, resource })
  const changed = (item: object) => ('updated_at' in item ? (item.updated_at as string) : '')
  const lists = new Map<string, Below & { place: number }>()
  for (const [place, item] of parents.sort((a, b) => changed(b).localeCompare(changed(a))).entries()) {
    const at = { page: Math.floor(place / perPage) + 1, index: place % perPage, since }
    if (!under.wanted(item, at)) continue
    const parameters = under.parameters(item)
    const list = { parameters, under: Object.values(parameters)[0] ?? '', stamp: changed(item), place }
    // Two may have the same one, as pull requests of one branch: the newest tells when it was read.
    if (!lists.has(String(list.under))) lists.set(String(list.under), list)
  }
  return [...lists].flatMap(([name, list]) =>
    stamps.get(name) !== list.stamp || (thorough && list.place < looksAgain) ? [list] : [],
  )
}

const nameOfList = ({ resource }: ListedBelow, { under }: Below) => `${resource}/${under}`

/** What is remembered of a list that was read. */
const remembered = ({ stamp }: Below, etag: string | null, { hasNext = false } = {}) => ({
  ...{ page: 1, etag, names: [], hasNext, stamp },
})

/** The step that saves a list as the survey tells it. */
function toldStep(
  kind: Kind<object>,
  listed: ListedBelow,
  reading: Reading,
  { below, told }: { below: Below; told: SurveyedList },
): Step {
  const asOf = reading.survey?.asOf ?? null
  return stepOfList(kind, listed, reading, { below, ...told, asOf, page: remembered(below, null) })
}

async function readList(
  kind: Kind<object>,
  listed: ListedBelow,
  reading: Reading,
  below: Below,
): Promise<Step> {
  const { store, repository } = reading
  const client = askingClient(reading)
  const list = { repository_id: repository.id, list: nameOfList(listed, below) }
  const [known] = await readListedPages(store.read, list)
  const first = pageOf(listed, reading, { page: 1, more: below.parameters })
  const remembering = (etag: string | null) =>
    writing(async (tx) => {
      rememberPage(tx, list, remembered(below, etag))
      return nothing
    })
  const pages: ListPage[] = []
  try {
    const page = await readPageUnless(client, {
      ...first,
      etag: known?.hasNext ? null : (known?.etag ?? null),
    })
    if ('unchanged' in page) return remembering(known?.etag ?? null)
    for (let next: ListPage | null = page; next; ) {
      pages.push(next)
      const number: number | null = next.next
      if (number !== null && number > mostPages) throw inCircles(mostPages)
      next = number === null ? null : await readPage(client, { ...first, page: number })
    }
  } catch (error) {
    // What belongs to an item may be closed to the asker, or gone with it meanwhile: it is not asked for again.
    if (!isMissing(error)) throw error
    return remembering(null)
  }
  const objects = pages.flatMap((page) => page.objects)
  const page = remembered(below, pages[0]?.etag ?? null, { hasNext: pages.length > 1 })
  return stepOfList(kind, listed, reading, { below, objects, asOf: pages[0]?.asOf ?? null, page })
}

/** The step that saves all of a list. */
function stepOfList(
  kind: Kind<object>,
  listed: ListedBelow,
  { repository, clock }: Reading,
  {
    below,
    objects,
    asOf: givenAt,
    page,
  }: { below: Below; asOf: string | null; page: ListedPage } & Pick<ListPage, 'objects'>,
): Step {
  const repositoryId = repository.id
  const place: Place = { repositoryId, asOf: givenAt, under: below.under }
  const read = readListed(kind, objects, place)
  const step = stepOf(kind, read, { total: null, repository })
  const asOf = givenAt ?? new Date(clock()).toISOString()
  return {
    ...step,
    async save(tx) {
      const { changed } = await step.save(tx)
      rememberPage(tx, { repository_id: repositoryId, list: nameOfList(listed, below) }, page)
      const { column } = listed.under
      if (column === undefined || read.odd.length > 0) return { changed, gone: [] }
      const names = new Set(read.items.map((item) => nameOf(kind, item)))
      const whole = { repositoryId, names, asOf, now: clock(), under: { column, value: below.under } }
      return { changed, gone: await removeUnlisted(tx, kind, whole) }
    },
  }
}
