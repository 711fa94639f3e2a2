import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { WorkflowGraph, WorkflowProblem, WorkflowValidation } from '../../../../contract/workflows.ts'
import { api } from '../../data/api.ts'

const quietMs = 250
const emptySource: WorkflowValidation = {
  problems: [{ line: 1, column: 1, message: 'A workflow needs a name, `on` and `jobs`.', severity: 'error' }],
  graph: null,
  inputs: null,
}

export interface Validation {
  problems: readonly WorkflowProblem[]
  /** The graph of the newest text that had one, so that a half-typed line does not blank it. */
  graph: WorkflowGraph | null
  /** Whether that is the graph of the text as it stands. */
  current: boolean
  /** The hub did not answer: what is shown may be of an older text. */
  error: Error | null
}

/** What the hub says of a text, asked for whenever the typing pauses. */
export function useValidation(source: string): Validation {
  const settled = useSettled(source, quietMs)
  const { data, error } = useQuery({
    queryKey: ['validation', settled],
    queryFn: () =>
      settled.trim() ? api.post<WorkflowValidation>('/workflows/validate', { source: settled }) : emptySource,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  const [lastGraph, setLastGraph] = useState<WorkflowGraph | null>(null)
  if (data?.graph && data.graph !== lastGraph) setLastGraph(data.graph)
  return {
    problems: data?.problems ?? [],
    graph: data?.graph ?? lastGraph,
    current: data === undefined || data.graph !== null,
    error,
  }
}

/** A value once it has not changed for a while; the first one at once. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
