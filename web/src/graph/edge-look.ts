import type { GraphJob } from './graph-job.ts'
import { stateOf } from './job-state.ts'

/** How an edge is drawn. */
export interface EdgeLook {
  /** The run goes along it right now. */
  running: boolean
  /** The run went along it. */
  taken: boolean
  /** It is part of what decided how long the run took. */
  critical: boolean
  /** A job at one of its ends is pointed at. */
  pointed: boolean
}

/**
 * The look of the edge between two cards.
 *
 * @param critical the jobs of the critical path, in order
 */
export function edgeLook(
  from: readonly GraphJob[],
  to: readonly GraphJob[],
  { critical, pointed }: { critical: readonly string[]; pointed: string | null },
): EdgeLook {
  const entered = to.some((job) => job.startedAt !== null)
  return {
    running: to.some((job) => stateOf(job) === 'running'),
    taken: entered,
    critical: critical.some(
      (id, i) => from.some((job) => job.id === critical[i - 1]) && to.some((job) => job.id === id),
    ),
    pointed: [...from, ...to].some((job) => job.id === pointed),
  }
}
