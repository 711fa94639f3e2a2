import { sql } from 'kysely'
import type { StartRuns } from '../../src/tasks/deps.ts'

/** Writes down that a delivery had its effect, in the transaction that applies it, as a run is begun. */
export const noteEffect: StartRuns = async (tx, { deliveryId }) => {
  await sql`insert into model_effects values (${deliveryId})`.execute(tx)
}
