/** Who wants to work: slots are shared by kind of step, and fairly among runs. */
export interface Claimant {
  readonly run: string
  readonly kind: string
  /** It has a slot, until it gives it back. */
  enter(): void
}

interface Kind {
  free: number
  /** Who waits, by run. */
  lines: Map<string, Claimant[]>
}

/**
 * Lets so many steps of each kind be performed at a time (of some, another number): a kind that hangs keeps no other
 * waiting. Of those that wait every run has its turn, however many steps one of them wants to perform.
 */
export function createSlots(perKind: number, others: Readonly<Record<string, number>> = {}) {
  const kinds = new Map<string, Kind>()

  return {
    /** Lets it enter as soon as there is a slot: at once, or when its turn has come. */
    wait(claimant: Claimant): void {
      let kind = kinds.get(claimant.kind)
      if (!kind) {
        kind = { free: others[claimant.kind] ?? perKind, lines: new Map() }
        kinds.set(claimant.kind, kind)
      }
      if (kind.free > 0) {
        kind.free -= 1
        claimant.enter()
        return
      }
      const line = kind.lines.get(claimant.run)
      if (line) line.push(claimant)
      else kind.lines.set(claimant.run, [claimant])
    },
    /** Takes one that waits out of the line; one that is about to enter has its slot already. */
    withdraw(claimant: Claimant): void {
      const lines = kinds.get(claimant.kind)?.lines
      const line = lines?.get(claimant.run)
      if (!lines || !line?.includes(claimant)) return
      line.splice(line.indexOf(claimant), 1)
      if (line.length === 0) lines.delete(claimant.run)
    },
    /** Gives its slot to the next in line. */
    giveBack(claimant: Claimant): void {
      const kind = kinds.get(claimant.kind)!
      const [next] = kind.lines
      if (!next) {
        kind.free += 1
        return
      }
      const [run, line] = next
      const first = line.shift()!
      // To the end of the line: the others first.
      kind.lines.delete(run)
      if (line.length > 0) kind.lines.set(run, line)
      // Not from within: many that end at once would enter one inside of the other.
      queueMicrotask(() => first.enter())
    },
  }
}

export type Slots = ReturnType<typeof createSlots>
