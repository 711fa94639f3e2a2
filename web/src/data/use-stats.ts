import { useQuery } from '@tanstack/react-query'
import type { Stats } from '../../../contract/live.ts'
import { statsQuery } from './queries.ts'

/** The hub's own figures; the live feed brings them once a second. */
export function useStats(): Stats | undefined {
  return useQuery(statsQuery).data
}
