import { sql } from 'kysely'
import type { EventTrigger, WorkflowDefinition } from '../domain/workflow/definition.ts'
import { webhookOf } from '../domain/workflow/github-events.ts'
import { nextSlot } from '../domain/workflow/schedule.ts'
import { compiled } from './compiled.ts'
import type { WorkflowScheduleRow } from './rows/run.ts'
import type { Db } from './store.ts'

/** Derives what starts a workflow from its definition, in place of what did. */
export async function listen(
  tx: Db,
  { id, definition, now }: { id: string; definition: WorkflowDefinition; now: number },
): Promise<void> {
  await unlisten(tx, id)
  const { events, schedules } = definition.on
  const triggers = events.map((trigger) => ({
    workflow_id: id,
    event: webhookOf(trigger.event),
    filter: JSON.stringify(trigger),
  }))
  if (triggers.length > 0) await tx.insertInto('workflow_triggers').values(triggers).execute()
  const slots = schedules.flatMap((cron) => {
    const next_at = nextSlot(cron, now)
    return next_at === null ? [] : [{ workflow_id: id, cron, next_at }]
  })
  if (slots.length > 0) await tx.insertInto('workflow_schedules').values(slots).execute()
}

/** Makes nothing start a workflow any more, except a person. */
export async function unlisten(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('workflow_triggers').where('workflow_id', '=', id).execute()
  await tx.deleteFrom('workflow_schedules').where('workflow_id', '=', id).execute()
}

/** A workflow that listens to an event, and the filter that the event has to pass. */
export interface Listening {
  workflowId: string
  trigger: EventTrigger
}

/**
 * Who listens to an event of a repository: switched-on workflows whose maker may read it, is not switched off and does
 * more here than look.
 */
export async function listListening(
  db: Db,
  values: { event: string; repositoryId: number },
): Promise<Listening[]> {
  const { rows } = await listening(db, values)
  return rows.map(({ workflow_id, filter }) => ({
    workflowId: workflow_id,
    trigger: JSON.parse(filter) as EventTrigger,
  }))
}

const listening = compiled<{ event: string; repositoryId: number }, { workflow_id: string; filter: string }>(
  (db, value) =>
    db
      .selectFrom('workflow_triggers')
      .innerJoin('workflows', 'workflows.id', 'workflow_triggers.workflow_id')
      .innerJoin('access', 'access.user_id', 'workflows.created_by')
      .innerJoin('users', 'users.id', 'workflows.created_by')
      .select(['workflow_triggers.workflow_id', 'workflow_triggers.filter'])
      .where('workflow_triggers.event', '=', value('event'))
      .where('access.repository_id', '=', value('repositoryId'))
      .where('users.disabled_at', 'is', null)
      .where('users.role', '!=', sql.lit('viewer'))
      .orderBy('workflow_triggers.workflow_id'),
)

/** Schedules whose slot has come, the longest waiting first. Those of a maker who is switched off or only looks rest. */
export async function listDueSchedules(
  db: Db,
  { now, limit }: { now: number; limit: number },
): Promise<WorkflowScheduleRow[]> {
  return await db
    .selectFrom('workflow_schedules')
    .innerJoin('workflows', 'workflows.id', 'workflow_schedules.workflow_id')
    .innerJoin('users', 'users.id', 'workflows.created_by')
    .selectAll('workflow_schedules')
    .where('next_at', '<=', now)
    .where('users.disabled_at', 'is', null)
    .where('users.role', '!=', sql.lit('viewer'))
    .orderBy('next_at')
    .limit(limit)
    .execute()
}

/**
 * Moves a schedule on to its next slot, or ends it where there is none. False when it was not waiting for
 * `next_at` any more: somebody else took the slot.
 */
export async function advanceSchedule(
  tx: Db,
  { workflow_id, cron, next_at }: WorkflowScheduleRow,
  next: number | null,
): Promise<boolean> {
  if (next === null) {
    const { numDeletedRows } = await tx
      .deleteFrom('workflow_schedules')
      .where('workflow_id', '=', workflow_id)
      .where('cron', '=', cron)
      .where('next_at', '=', next_at)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }
  const { numUpdatedRows } = await tx
    .updateTable('workflow_schedules')
    .set({ next_at: next })
    .where('workflow_id', '=', workflow_id)
    .where('cron', '=', cron)
    .where('next_at', '=', next_at)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
