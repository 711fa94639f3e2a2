import { sendingUpsert } from './columns.ts'
import { compiled } from './compiled.ts'
import type { ListedPageRow } from './rows/sync.ts'
import type { Db } from './store.ts'

type ListOf = Pick<ListedPageRow, 'repository_id' | 'list'>

/** A page of a list as GitHub gave it last. */
export interface ListedPage {
  page: number
  etag: string | null
  names: string[]
  hasNext: boolean
  stamp: string | null
}

/** What is known of the pages of a list, in their order. */
export async function readListedPages(db: Db, { repository_id, list }: ListOf): Promise<ListedPage[]> {
  const { rows } = await find(db, { repository_id, list })
  return rows.map(({ page, etag, names, has_next, stamp }) => ({
    page,
    etag,
    names: JSON.parse(names) as string[],
    hasNext: has_next === 1,
    stamp,
  }))
}

const find = compiled<ListOf, ListedPageRow>((db, value) =>
  db
    .selectFrom('listed_pages')
    .selectAll()
    .where('repository_id', '=', value('repository_id'))
    .where('list', '=', value('list'))
    .orderBy('page'),
)

/** Remembers a page. */
export function rememberPage(
  tx: Db,
  { repository_id, list }: ListOf,
  { page, etag, names, hasNext, stamp }: ListedPage,
): void {
  const row = { repository_id, list, page, etag, stamp }
  save(tx, { ...row, names: JSON.stringify(names), has_next: hasNext ? 1 : 0 })
}

const save = sendingUpsert('listed_pages', {
  columns: ['repository_id', 'list', 'page', 'etag', 'names', 'has_next', 'stamp'],
  key: ['repository_id', 'list', 'page'],
})

/** Forgets the pages that a list has no more. */
export async function forgetPagesAfter(tx: Db, { repository_id, list }: ListOf, page: number): Promise<void> {
  await tx
    .deleteFrom('listed_pages')
    .where('repository_id', '=', repository_id)
    .where('list', '=', list)
    .where('page', '>', page)
    .execute()
}

/** The stamps of the lists of one resource that hang under something, by what they hang under. */
export async function readStamps(
  db: Db,
  { repository_id, resource }: { repository_id: number; resource: string },
): Promise<Map<string, string | null>> {
  const rows = await db
    .selectFrom('listed_pages')
    .select(['list', 'stamp'])
    .where('repository_id', '=', repository_id)
    .where('list', '>', `${resource}/`)
    .where('list', '<', `${resource}0`) // the character behind the slash
    .execute()
  return new Map(rows.map(({ list, stamp }) => [list.slice(resource.length + 1), stamp]))
}
