/** A hub as others name it in what it holds of the database. */
export interface NodeIdentity {
  /** The same from start to start of one data folder. */
  id: string
  /** Another one at each start. */
  incarnation: string
}

let owners = 0

/** A name for one owner of tasks in this process, unlike any before or beside it. */
export function createOwner({ id, incarnation }: NodeIdentity): string {
  return `${id}/${incarnation}/${++owners}`
}

/**
 * Whether the process behind an owner is known to be gone: it was an earlier start of this node, which holds its data
 * folder alone. Of an owner elsewhere nothing is known, its leases end.
 */
export function isDeadOwner(owner: string, { id, incarnation }: NodeIdentity): boolean {
  const [its, started] = owner.split('/')
  return its === id && started !== incarnation
}
