/** A page as GitHub's lists are asked for. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export interface Paging {
  page: number
  perPage: number
}

const mostPerPage = 100

/** Reads `page` and `per_page`; what is no number, or none that GitHub gives, is as if it were not there. */
export function pagingOf(query: URLSearchParams): Paging {
  return {
    page: Math.max(1, wholeNumber(query.get('page')) ?? 1),
    perPage: Math.min(mostPerPage, wholeNumber(query.get('per_page')) || 30),
  }
}

/** The same as the store's lists take it. */
export const rangeOf = ({ page, perPage }: Paging) => ({ limit: perPage, offset: (page - 1) * perPage })

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/**
 * How many there are in all: without counting them where the page itself tells.
 */
export async function totalOf(
  { page, perPage }: Paging,
  shown: number,
  count: () => Promise<number>,
): Promise<number> {
  const isLast = shown < perPage && (shown > 0 || page === 1)
  return isLast ? (page - 1) * perPage + shown : await count()
}

/** The `Link` header of a page, in GitHub's order; null where there is only one. */
export function linksOf(address: URL, { page, perPage }: Paging, total: number): string | null {
  const last = Math.max(1, Math.ceil(total / perPage))
  const links: string[] = []
  const link = (rel: string, number: number) => {
    const url = new URL(address)
    url.searchParams.set('page', String(number))
    links.push(`<${url.href}>; rel="${rel}"`)
  }
  if (page > 1) link('prev', Math.min(page - 1, last))
  if (page < last) {
    link('next', page + 1)
    link('last', last)
  }
  if (page > 1) link('first', 1)
  return links.length > 0 ? links.join(', ') : null
}
