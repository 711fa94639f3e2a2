import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { annotationsQuery } from '../../data/actions-queries.ts'
import { itemsOf } from '../../data/items-of.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import type { Annotated } from '../../diff/rows.ts'

/** So many checks are asked for what they say about files. */
const MOST_CHECKS = 20

/** What the checks of a commit say about places in files; the failures first where they say it of the same line. */
export function useAnnotations(fullName: string, sha: string): readonly Annotated[] {
  const runs = itemsOf(useInfiniteQuery(plainQuery('check_run', fullName, { under: sha, limit: 100 })))
  const telling = runs.filter(({ annotations_count }) => annotations_count > 0).slice(0, MOST_CHECKS)
  const answers = useQueries({
    queries: telling.map(({ id }) => annotationsQuery(fullName, id)),
  })
  const found = answers.flatMap(({ data }, at) =>
    (data ?? []).map((annotation) => ({ ...annotation, check: telling[at]!.name })),
  )
  // Each drawing of the page makes other lists of the same things.
  const words = JSON.stringify(found)
  return useMemo(() => JSON.parse(words) as Annotated[], [words])
}
