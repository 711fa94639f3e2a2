import type { Change } from '../../../contract/live.ts'
import { type RunChange, type RunState, reduce } from '../../../contract/run.ts'

/** A run as told by its journal so far. */
export interface RunJournal {
  changes: readonly Change[]
  state: RunState | null
  /** The last seq that was loaded; what the feed brought after it is not counted. */
  loadedTo: number
}

/** The journal with one more change; one that it already holds is left out. */
export function append(journal: RunJournal, change: Change): RunJournal {
  if (change.seq <= (journal.changes.at(-1)?.seq ?? 0)) return journal
  return {
    ...journal,
    changes: [...journal.changes, change],
    state: reduce(journal.state, asRunChange(change)),
  }
}

/** The run as it stood right after one of its changes. */
export function stateAfter(journal: RunJournal, seq: number): RunState | null {
  return journal.changes
    .filter((change) => change.seq <= seq)
    .map(asRunChange)
    .reduce<RunState | null>(reduce, null)
}

/** A frame of the topic `run:<id>` is a change of that run's journal. */
export function asRunChange({ kind, at, data }: Change): RunChange {
  return { kind, at, data } as RunChange
}
