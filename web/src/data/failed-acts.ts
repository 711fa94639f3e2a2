import { useSyncExternalStore } from 'react'

/** Something that was to be done on GitHub and was not. */
export interface FailedAct {
  id: number
  /** What it was, as in "Could not …". */
  label: string
  error: Error
  /** Asks once more for the very same. */
  again: () => void
}

let failed: readonly FailedAct[] = []
let last = 0
const listeners = new Set<() => void>()

function set(next: readonly FailedAct[]): void {
  failed = next
  for (const listener of listeners) listener()
}

/** Tells the person that something was not done, and why. */
export function reportFailure(failure: Omit<FailedAct, 'id'>): void {
  last += 1
  set([...failed.slice(-4), { ...failure, id: last }])
}

/** The person has seen it. */
export function dismissFailure(id: number): void {
  set(failed.filter((failure) => failure.id !== id))
}

/** What was not done and has not been seen yet, oldest first. */
export function useFailedActs(): readonly FailedAct[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => failed,
  )
}
