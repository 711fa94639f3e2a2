import { planSchedule } from '../domain/workflow/schedule.ts'
import type { WorkflowScheduleRow } from '../store/rows/run.ts'
import type { Db, Store } from '../store/store.ts'
import { advanceSchedule, listDueSchedules } from '../store/workflow-triggers.ts'
import { holdWorkflow } from '../store/workflows.ts'
import type { StartRequest } from './start-run.ts'

/**
 * Starts the runs whose slot has come. Slot and run are one transaction, and the slot is the run's idempotency key:
 * each slot starts one run at most, whoever dies meanwhile. `planSchedule` says what becomes of missed ones.
 */
export async function runDueSchedules({
  store,
  now,
  start,
}: {
  store: Store
  now: number
  start: (tx: Db, request: StartRequest) => Promise<unknown>
}): Promise<void> {
  const limit = 100
  for (;;) {
    const due = await listDueSchedules(store.read, { now, limit })
    for (const schedule of due) await store.write((tx) => runSlot(tx, schedule, { now, start }))
    if (due.length < limit) return
  }
}

async function runSlot(
  tx: Db,
  schedule: WorkflowScheduleRow,
  { now, start }: { now: number; start: (tx: Db, request: StartRequest) => Promise<unknown> },
): Promise<void> {
  const { workflow_id: workflowId, cron, next_at } = schedule
  const { run: slot, next } = planSchedule(cron, { due: next_at, now })
  await holdWorkflow(tx, workflowId)
  const taken = await advanceSchedule(tx, schedule, next)
  if (!taken || slot === null) return
  await start(tx, {
    workflowId,
    idempotencyKey: `schedule:${workflowId}:${cron}:${slot}`,
    event: 'schedule',
    payload: { schedule: cron, scheduled_at: new Date(slot).toISOString() },
    deliveryId: null,
    repository: null,
    actor: null,
    startedBy: null,
    causeDepth: 0,
  })
}
