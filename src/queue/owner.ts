import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'

const incarnation = randomBytes(4).toString('hex')
let queues = 0

/** A name for one queue of this process, unlike any before or beside it. */
export function createOwner(): string {
  return `${hostname()}/${process.pid}/${incarnation}/${++queues}`
}

/**
 * Whether the process behind an owner is known to be gone. Only for owners on one machine, as with SQLite; an owner
 * elsewhere is never known to be dead, its leases end.
 */
export function isDeadOwner(owner: string): boolean {
  const [host, pid, its] = owner.split('/')
  if (host !== hostname()) return false
  if (Number(pid) === process.pid) return its !== incarnation // our number, before our time
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
