import { createOwner, isDeadOwner, type NodeIdentity } from '../queue/owner.ts'
import { endOwner, enterOwner, holdLease, listOwners } from '../store/run-owners.ts'
import type { Db, Store } from '../store/store.ts'

interface LeaseOptions {
  store: Store
  node: NodeIdentity
  clock: () => number
  /** A process that says nothing for so long has lost its runs. */
  leaseMs: number
  onError(error: unknown): void
  /** Its runs belong to others now: nothing of them may be written any more. */
  onLost(): void
}

class LeaseLost extends Error {}

export type Lease = ReturnType<typeof createLease>

/**
 * What makes this process the owner of runs: a row that every one of its transactions touches first. Another process
 * may end it once the lease is over, or at once when this process is known to be dead; then it can write no more, and
 * begins again under a new name.
 */
export function createLease({ store, node, clock, leaseMs, onError, onLost }: LeaseOptions) {
  let id = createOwner(node)
  let entered = false
  let heartbeat: NodeJS.Timeout | undefined

  async function hold(tx: Db): Promise<string> {
    const lease = { id, until: clock() + leaseMs }
    if (await holdLease(tx, lease)) return id
    if (entered) throw new LeaseLost('another process has taken over the runs of this one')
    await enterOwner(tx, lease)
    return id
  }

  function held(): void {
    entered = true
    heartbeat ??= setInterval(() => {
      store.write(hold).catch((error) => (error instanceof LeaseLost ? lose() : onError(error)))
    }, leaseMs / 3).unref()
  }

  function lose(): void {
    id = createOwner(node)
    entered = false
    clearInterval(heartbeat)
    heartbeat = undefined
    onLost()
  }

  return {
    /** Holds the lease in a transaction and answers the owner's name. Throws when it was taken away. */
    hold,
    /** A transaction that held it is on disk. */
    held,
    isLost: (error: unknown): boolean => error instanceof LeaseLost,
    lose,
    /** Ends owners that died or whose lease is over: their runs are due. */
    async endOthers(): Promise<void> {
      const now = clock()
      for (const other of await listOwners(store.read)) {
        if (other.id === id) continue
        const dead = isDeadOwner(other.id, node)
        if (!dead && other.lease_until >= now) continue
        await store.write((tx) => endOwner(tx, { id: other.id, now, ...(!dead && { expiredAt: now }) }))
      }
    },
    /** Leaves all runs to others. */
    async release(): Promise<void> {
      clearInterval(heartbeat)
      if (!entered) return
      entered = false
      await store.write((tx) => endOwner(tx, { id, now: clock() }))
    },
  }
}
