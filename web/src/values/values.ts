import { queryOptions } from '@tanstack/react-query'
import type { Secret, Variable } from '../../../contract/secrets.ts'
import { api } from '../data/api.ts'

/** What workflows read as `secrets` or as `vars`. */
export type ValueTable = 'secrets' | 'variables'

/** One of either; a secret's `value` is never told. */
export type Value = Secret & Partial<Pick<Variable, 'value'>>

/** Those of a repository (`owner/name`), or with null of the whole hub. */
export const valuesQuery = (table: ValueTable, repository: string | null) =>
  queryOptions({
    queryKey: ['one', table, repository],
    queryFn: ({ signal }) => api.get<Value[]>(`/${table}`, { query: { repository }, signal }),
  })

/** Sets one; both answer when it is on disk. */
export const setValue = (
  table: ValueTable,
  repository: string | null,
  { name, value }: Record<'name' | 'value', string>,
) => api.put(pathOf(table, repository, name), { value })

/** Takes one away. */
export const deleteValue = (table: ValueTable, repository: string | null, name: string) =>
  api.delete(pathOf(table, repository, name))

function pathOf(table: ValueTable, repository: string | null, name: string): string {
  const query = repository === null ? '' : `?${new URLSearchParams({ repository })}`
  return `/${table}/${encodeURIComponent(name)}${query}`
}
