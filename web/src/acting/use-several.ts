import { useState } from 'react'
import { perform } from '../data/acts.ts'
import { reportFailure } from '../data/failed-acts.ts'
import { planSeveral, type Several, type Step, type Target } from './plan-several.ts'

/** How far something that is done with several is. */
export interface Progress {
  label: string
  done: number
  total: number
  /** What takes back what was done; null while it goes on, and where nothing was. */
  undo: (() => void) | null
}

/** Does one thing with several issues and pull requests, one after the other, each once; one press takes all back. */
export function useSeveral(): {
  progress: Progress | null
  run: (label: string, wanted: Several, targets: readonly Target[]) => void
  dismiss: () => void
} {
  const [progress, setProgress] = useState<Progress | null>(null)
  const carryOut = async (label: string, steps: readonly { step: Step; back: Step | null }[]) => {
    const backs: Step[] = []
    let done = 0
    setProgress({ label, done, total: steps.length, undo: null })
    for (const { step, back } of steps) {
      const key = crypto.randomUUID()
      const one = async () => {
        await perform(step.subject, { ...step, key })
        if (back) backs.unshift(back)
      }
      await one().catch((error: Error) =>
        reportFailure({
          label: `${label.toLowerCase()}: #${step.subject.number}`,
          error,
          again: () => void one().catch(() => {}),
        }),
      )
      done += 1
      setProgress({ label, done, total: steps.length, undo: null })
    }
    const takeBack = () =>
      void carryOut(
        `Undo: ${label}`,
        backs.map((step) => ({ step, back: null })),
      )
    setProgress({ label, done, total: steps.length, undo: backs.length > 0 ? takeBack : null })
  }
  return {
    progress,
    dismiss: () => setProgress(null),
    run: (label, wanted, targets) => void carryOut(label, planSeveral(wanted, targets)),
  }
}
