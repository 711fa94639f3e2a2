/** Who wants to work: slots are shared by kind of step, and fairly among runs. */
export interface Claimant {
  run: string
  kind: string
}

type Waiting = () => void

/**
 * Lets so many steps of each kind be performed at a time: a kind that hangs keeps no other waiting. Of those that wait
 * every run has its turn, however many steps one of them wants to perform.
 */
export function createSlots(perKind: number) {
  const kinds = new Map<string, { free: number; runs: Map<string, Waiting[]> }>()

  function take({ kind, run }: Claimant, signal: AbortSignal): Promise<void> | undefined {
    const slots = kinds.get(kind) ?? { free: perKind, runs: new Map<string, Waiting[]>() }
    kinds.set(kind, slots)
    if (slots.free > 0) {
      slots.free -= 1
      return undefined
    }
    const { runs } = slots
    return new Promise((resolve, reject) => {
      const queue = runs.get(run) ?? []
      runs.set(run, queue)
      const leave = () => {
        queue.splice(queue.indexOf(enter), 1)
        if (queue.length === 0) runs.delete(run)
        reject(signal.reason)
      }
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      queue.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  function giveBack(kind: string): void {
    const slots = kinds.get(kind)!
    const [next] = slots.runs
    if (!next) {
      slots.free += 1
      return
    }
    const [run, queue] = next
    const enter = queue.shift()!
    // To the end of the line: the others first.
    slots.runs.delete(run)
    if (queue.length > 0) slots.runs.set(run, queue)
    enter()
  }

  /** Works as soon as there is a slot. Rejects with the reason of the signal when that aborts before. */
  return async <T>(claimant: Claimant, work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const turn = take(claimant, signal)
    if (turn) await turn
    try {
      return await work()
    } finally {
      giveBack(claimant.kind)
    }
  }
}

export type Slots = ReturnType<typeof createSlots>
