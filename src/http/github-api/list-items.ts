import type { Kind } from '../../mirror/kind.ts'
import { retell } from '../../mirror/retell.ts'
import { countToldItems, type ItemPage, listToldItems } from '../../store/told-items.ts'
import { isComplete } from './complete.ts'
import { pagingOf, rangeOf, totalOf } from './paging.ts'
import type { Answering, AskingRepository } from './served.ts'

type Listing = Pick<ItemPage, 'order'> & Partial<Pick<ItemPage, 'where' | 'direction'>>

/** Answers with a page of a repository's rows of a kind, where the mirror holds all of them. `as` wraps the list with the count of all, as some lists are. */
export async function listItems(
  asking: AskingRepository,
  kind: Kind<object>,
  { order, where = [], direction = 'asc', as }: Listing & { as?: string },
): Answering {
  if (!(await isComplete(asking, kind))) return null
  const { db, repository, query, showing, settle } = asking
  const paging = pagingOf(query)
  const items = { repositoryId: repository.id, where }
  const rows = await listToldItems(db, kind, { ...items, order, direction, ...rangeOf(paging) })
  await settle({ kind }, rows)
  const shown = rows.map((row) => retell(kind, row, showing))
  if (shown.includes(null)) return null
  const total = await totalOf(paging, rows.length, () => countToldItems(db, kind, items))
  const list = `[${shown.join(',')}]`
  return {
    body: as === undefined ? list : `{"total_count":${total},"${as}":${list}}`,
    page: { paging, total },
  }
}

/** Answers with one row; with null where the mirror has none, as GitHub may have it already. */
export async function showItem(
  { db, repository, showing, settle }: AskingRepository,
  kind: Kind<object>,
  { column, value }: { column: string; value: number | string | null },
): Answering {
  if (value === null) return null
  const [row] = await listToldItems(db, kind, {
    repositoryId: repository.id,
    where: [{ column, is: '=', value }],
    ...{ order: [column], direction: 'asc', limit: 1, offset: 0 },
  })
  if (row) await settle({ kind }, [row])
  const body = row ? retell(kind, row, { ...showing, alone: true }) : null
  return body === null ? null : { body }
}
