import type { GroupQueue, RunChange, RunChangeData, RunState } from '../../../contract/run.ts'
import { coded } from '../../errors.ts'
import type { Concurrency, WorkflowDefinition } from './definition.ts'
import { type Contexts, evaluateFlag, evaluateTemplate } from './expressions.ts'
import { toIsoTime } from './iso-time.ts'

/** GitHub's limit. */
const maxName = 400

/** A group as `concurrency` names it now. Throws `expression_failed`, also for a name that is empty or too long. */
export function readGroup(
  { group: written, cancel_in_progress, queue }: Concurrency,
  contexts: () => Contexts,
): Omit<RunChangeData['concurrency.waiting'], 'job'> {
  const group = evaluateTemplate(written, contexts()).trim()
  if (group === '') throw coded('expression_failed', 'the name of the concurrency group is empty')
  if (group.length > maxName)
    throw coded('expression_failed', `a concurrency group's name has at most ${maxName} characters`)
  return { group, cancel_in_progress: evaluateFlag(cancel_in_progress, contexts), queue }
}

/** What is to be written of concurrency groups together with a turn. `job` empty: the run itself. */
export type GroupMove =
  | { do: 'wait'; job: string; group: string; cancel_in_progress: boolean; queue: GroupQueue }
  /** It has written down what it heard. */
  | { do: 'hear'; job: string }
  | { do: 'leave'; job: string }

/** What was decided in the groups of a run. */
export interface GroupNews {
  /** Empty: the run itself. */
  job: string
  group: string
  /** It is its turn. */
  entered: boolean
  /** It is to end: another one takes its place. */
  cancelled: boolean
}

const known = new WeakMap<WorkflowDefinition, boolean>()

/** Whether runs of a workflow, or jobs of them, are ever in a group: others need not look. */
export function hasGroups(definition: WorkflowDefinition): boolean {
  let has = known.get(definition)
  if (has === undefined) {
    has =
      Boolean(definition.concurrency) ||
      definition.jobs.some(
        ({ concurrency, call }) => concurrency || (call?.workflow && hasGroups(call.workflow)),
      )
    known.set(definition, has)
  }
  return has
}

/** What a turn means for the groups, given the state after it. */
export function groupMoves(state: RunState, changes: readonly RunChange[]): GroupMove[] {
  return changes.flatMap((change): GroupMove[] => {
    switch (change.kind) {
      case 'concurrency.waiting': {
        const { job, ...group } = change.data
        return [{ do: 'wait', job: job ?? '', ...group }]
      }
      case 'concurrency.entered':
        return [{ do: 'hear', job: change.data.job ?? '' }]
      case 'run.cancel_requested':
        return change.data.group === undefined ? [] : [{ do: 'hear', job: '' }]
      case 'job.cancel_requested':
        return [{ do: 'hear', job: change.data.job }]
      case 'job.finished':
      case 'job.skipped': {
        const { job } = change.data
        return state.jobs.find(({ id }) => id === job)?.concurrency ? [{ do: 'leave', job }] : []
      }
      case 'run.finished':
        return state.concurrency ? [{ do: 'leave', job: '' }] : []
      default:
        return []
    }
  })
}

/** How the journal goes on with what was heard; nothing of what it says already. */
export function newsEntries(state: RunState, news: readonly GroupNews[], now: number): RunChange[] {
  if (state.status === 'completed') return []
  const at = toIsoTime(now)
  return news.flatMap(({ job: id, group, entered, cancelled }): RunChange[] => {
    const job = id === '' ? null : id
    const part = job === null ? state : state.jobs.find((each) => each.id === job)
    if (!part || part.status === 'completed') return []
    const entries: RunChange[] = []
    if (entered && part.concurrency?.entered_at === null)
      entries.push({ kind: 'concurrency.entered', at, data: { job } })
    if (!cancelled || part.cancel_requested_at) return entries
    if (job === null) entries.push({ kind: 'run.cancel_requested', at, data: { by: null, group } })
    else entries.push({ kind: 'job.cancel_requested', at, data: { job, group } })
    return entries
  })
}
