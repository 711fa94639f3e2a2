import { type LoggedChange, toLogged } from './changes.ts'
import { compiled } from './compiled.ts'
import type { ChangeRow } from './rows/log.ts'
import type { Db } from './store.ts'

/**
 * What a delivery caused, in the order in which it happened, whoever may see it: whoever asks decides that with
 * `maySeeChange`.
 */
export async function listCausedChanges(
  db: Db,
  range: { deliveryId: string; limit: number },
): Promise<LoggedChange[]> {
  return (await caused(db, range)).rows.map(toLogged)
}

const caused = compiled<{ deliveryId: string; limit: number }, ChangeRow>((db, value) =>
  db
    .selectFrom('changes')
    .selectAll()
    .where('delivery_id', '=', value('deliveryId'))
    .orderBy('seq')
    .limit(value('limit')),
)
