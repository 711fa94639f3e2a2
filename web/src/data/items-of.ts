/** All loaded items of an endless list. */
export function itemsOf<T>(query: { data?: { pages: { items: T[] }[] } }): T[] {
  return query.data?.pages.flatMap((page) => page.items) ?? []
}
