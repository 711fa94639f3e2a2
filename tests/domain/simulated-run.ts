import { isDeepStrictEqual } from 'node:util'
import { reduce } from '../../contract/reduce-run.ts'
import type { InGroup, RunChange, RunState } from '../../contract/run.ts'
import { newsEntries } from '../../src/domain/workflow/concurrency.ts'
import { describeGraph, type WorkflowDefinition } from '../../src/domain/workflow/definition.ts'
import { ended, finishStep, type StepRef, type StepResult } from '../../src/domain/workflow/finish-step.ts'
import { githubContext } from '../../src/domain/workflow/github-context.ts'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { type Plan, plan } from '../../src/domain/workflow/plan.ts'
import { waitForRetry } from '../../src/domain/workflow/retry.ts'
import { stepState } from '../../src/domain/workflow/run-contexts.ts'
import { takeUp } from '../../src/domain/workflow/take-up.ts'

/** Parses a source that a test knows to be right. */
export function definitionOf(source: string): WorkflowDefinition {
  const { definition, problems } = parseWorkflow(source)
  if (!definition) throw new Error(JSON.stringify(problems))
  return definition
}

/** The engine without a world: time, what steps do and when the process dies are up to the test. */
export function simulateRun(definition: WorkflowDefinition, event: unknown = {}) {
  const identity = {
    id: 'run-1',
    workflow_id: 'w1',
    workflow_name: definition.name,
    version: 1,
    number: 1,
    attempt: 1,
    name: definition.name,
    event: 'issues',
    repository: 'acme/site',
    delivery_id: null,
    actor: 'octocat',
    cause_depth: 0,
  }
  const journal: RunChange[] = [
    {
      kind: 'run.created',
      at: new Date(0).toISOString(),
      data: { ...identity, inputs: {}, payload: null, graph: describeGraph(definition) },
    },
  ]
  let now = 0
  let plans = 0
  let wakeAt: number | null = null
  let stopping: StepRef[] = []
  let live: StepRef[] = []

  const state = (): RunState => {
    const [first, ...rest] = journal as [RunChange, ...RunChange[]]
    return rest.reduce<RunState>(reduce, reduce(null, first))
  }
  const situation = () => ({ definition, state: state(), github: githubContext(identity, event) })
  const append = (changes: RunChange[]) => {
    for (const change of changes) {
      journal.push(change)
      if (change.kind === 'step.started' && !change.data.wake_at) {
        live.push({ job: change.data.job, step: change.data.step })
      }
      if (change.kind === 'step.finished' || change.kind === 'step.waiting') leave(change.data)
    }
  }
  const leave = (ref: StepRef) => {
    live = live.filter((other) => other.job !== ref.job || other.step !== ref.step)
  }
  /** Plans all, and beside it only what was touched: both must decide the same. */
  const advance = (touched?: Set<string>) => {
    for (let more = true; more; touched = undefined) {
      const before = situation()
      const planned = plan(before, now)
      plans += 1
      if (touched) compare(planned, plan(before, now, touched))
      append(planned.changes)
      wakeAt = planned.wakeAt
      stopping = planned.cancel
      more = planned.more
    }
  }
  const differences: unknown[] = []
  const compare = ({ cancel, ...whole }: Plan, { cancel: stopped, ...part }: Plan) => {
    if (!isDeepStrictEqual(whole, part)) differences.push({ whole, part })
    const known = [...stopping, ...stopped]
    const missed = cancel.filter((ref) => !known.some((other) => isDeepStrictEqual(other, ref)))
    const added = stopped.filter((ref) => !cancel.some((other) => isDeepStrictEqual(other, ref)))
    if (missed.length + added.length > 0) differences.push({ missed, added })
  }
  advance()

  return {
    journal,
    state,
    situation,
    live: () => live,
    stopping: () => stopping,
    wakeAt: () => wakeAt,
    now: () => now,
    differences,
    plans: () => plans,
    finish(ref: StepRef, result: Partial<StepResult> = {}) {
      append([finishStep(situation(), ref, { result: { ...ended('success'), ...result }, now })])
      advance(new Set([ref.job]))
    },
    /** The step meets an error that may pass; false when it was tried often enough. */
    wait(ref: StepRef): boolean {
      const { attempt } = stepState(state(), ref)
      const error = { code: 'github_unavailable', message: 'away', afterMs: undefined }
      const waiting = waitForRetry(ref, { error, attempt, now })
      if (!waiting) return false
      append([waiting])
      advance(new Set([ref.job]))
      return true
    },
    passTime(ms: number) {
      now += ms
      advance()
    },
    /** The oldest that waits in a concurrency group has its turn, or is to end for a newer one; false: none waits. */
    hear(cancelled = false): boolean {
      const { concurrency, jobs } = state()
      const waits = (part: { concurrency?: InGroup; conclusion: string | null }) =>
        part.conclusion === null && part.concurrency?.entered_at === null
      const job = waits(state()) ? '' : jobs.find(waits)?.id
      if (job === undefined) return false
      const { group } = (job === '' ? concurrency : jobs.find(({ id }) => id === job)?.concurrency)!
      append(newsEntries(state(), [{ job, group, entered: !cancelled, cancelled }], now))
      advance()
      return true
    },
    cancel() {
      append([{ kind: 'run.cancel_requested', at: new Date(now).toISOString(), data: { by: 'octocat' } }])
      advance()
    },
    /** The process dies; another one reads the journal. */
    restart() {
      live = []
      append(takeUp(situation(), now))
      advance()
    },
  }
}

/** `job: conclusion(step conclusion, …)` of a run's state, for reading at a glance. */
export function summary(state: RunState): string[] {
  const word = (part: { status: string; conclusion: string | null }) => part.conclusion ?? part.status
  return state.jobs.map((job) => `${job.id}: ${word(job)} (${job.steps.map(word).join(', ')})`)
}
