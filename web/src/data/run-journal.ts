import type { JournalEntry } from '../../../contract/live.ts'
import { reduce } from '../../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../../contract/run.ts'

/** A run as told by its journal so far. */
export interface RunJournal {
  entries: readonly JournalEntry[]
  state: RunState | null
}

/** The number of the last entry; 0 before the first. */
export function lastEntryOf(journal: RunJournal): number {
  return journal.entries.at(-1)?.n ?? 0
}

/** The journal with its next entry; one that it already holds is left out. */
export function append(journal: RunJournal, entry: JournalEntry): RunJournal {
  if (entry.n <= lastEntryOf(journal)) return journal
  return {
    entries: [...journal.entries, entry],
    state: reduce(journal.state, asRunChange(entry)),
  }
}

/** The run as it stood right after one of its entries. */
export function stateAfter(journal: RunJournal, n: number): RunState | null {
  return journal.entries
    .filter((entry) => entry.n <= n)
    .map(asRunChange)
    .reduce<RunState | null>(reduce, null)
}

/** What an entry says, as the reducer takes it. */
export function asRunChange({ kind, at, data }: JournalEntry): RunChange {
  return { kind, at, data } as RunChange
}
