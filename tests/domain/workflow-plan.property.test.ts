import fc from 'fast-check'
import { expect, it } from 'vitest'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import type {
  Concurrency,
  JobDefinition,
  StepDefinition,
  Strategy,
  WorkflowDefinition,
} from '../../src/domain/workflow/definition.ts'
import { plan } from '../../src/domain/workflow/plan.ts'
import { simulateRun } from './simulated-run.ts'

const texts = (...choices: Record<string, string>[]) => fc.constantFrom(...choices)

const condition = fc.constantFrom(
  null,
  'always()',
  'failure()',
  'cancelled()',
  '!cancelled()',
  'success() || failure()',
  "github.event.flag == 'on'",
  'fromJSON(github.event.broken)',
  "always() && needs.j0.outputs.x == '1'",
)

const step = (index: number): fc.Arbitrary<StepDefinition> =>
  fc.record<StepDefinition>({
    id: fc.constant(`s${index}`),
    name: fc.constant('step'),
    uses: fc.constantFrom('hub/set-output', 'http/request', 'http/request', 'hub/sleep'),
    with: texts({ seconds: '5' }, { seconds: '0' }, { seconds: '${{ steps.s0.outputs.x }}' }),
    env: texts({}, { A: '${{ github.event.flag }}' }, { B: '${{ fromJSON(github.event.broken) }}' }),
    if: condition,
    continue_on_error: fc.constantFrom(false, true, "${{ github.event.flag == 'on' }}"),
    timeout_minutes: fc.constantFrom(null, null, 0.05),
  })

const strategy = fc.record<Strategy>({
  matrix: fc.constantFrom<Strategy['matrix']>(
    { v: [1, 2, 3], w: ['a', 'b'], exclude: [{ v: 1, w: 'b' }], include: [{ v: 9 }] },
    { v: '${{ fromJSON(github.event.list) }}' },
    '${{ fromJSON(github.event.broken) }}',
    { v: [1], exclude: [{ v: 1 }] },
  ),
  fail_fast: fc.constantFrom(true, false, "${{ github.event.flag == 'on' }}"),
  max_parallel: fc.constantFrom(null, null, 1, 2, '${{ strategy.job-total }}'),
})

const concurrency = fc.record<Concurrency>({
  group: fc.constantFrom('g', "${{ matrix.v || 'g' }}", '${{ fromJSON(github.event.broken) }}'),
  cancel_in_progress: fc.constantFrom(true, false, "${{ github.event.flag == 'on' }}"),
  queue: fc.constantFrom('single', 'max'),
})

/** Jobs that need any of those before them, then shuffled: the source may name them in any order. */
const definition: fc.Arbitrary<WorkflowDefinition> = fc
  .integer({ min: 1, max: 6 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.record<JobDefinition>({
          id: fc.constant(`j${index}`),
          name: fc.constant('job'),
          needs: fc.subarray(Array.from({ length: index }, (_, before) => `j${before}`)),
          if: condition,
          env: fc.constant({}),
          outputs: texts(
            {},
            { x: '${{ steps.s0.outputs.x }}' },
            { x: '${{ fromJSON(steps.s0.outputs.x) }}' },
          ),
          continue_on_error: fc.boolean(),
          timeout_minutes: fc.constantFrom(undefined, undefined, 0.1, '${{ matrix.v || 1 }}'),
          strategy: fc.option(strategy, { nil: undefined }),
          concurrency: fc.option(concurrency, { nil: undefined, freq: 3 }),
          steps: fc
            .integer({ min: 1, max: 4 })
            .chain((steps) => fc.tuple(...Array.from({ length: steps }, (_, number) => step(number)))),
        }),
      ),
    ),
  )
  .chain((jobs) => fc.shuffledSubarray(jobs, { minLength: jobs.length }))
  .chain((jobs) =>
    fc.record({ jobs: fc.constant(jobs), alone: fc.option(concurrency, { nil: undefined, freq: 5 }) }),
  )
  .map(({ jobs, alone }) => ({
    ...(alone && { concurrency: alone }),
    name: 'random',
    run_name: null,
    on: { events: [], schedules: [], dispatch: null },
    env: {},
    jobs,
  }))

/** What the world does next; numbers choose among what is possible. */
const move = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat(), outcome: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(8_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('hear' as const), cancelled: fc.nat(4).map((n) => n === 0) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
)

it('any run ends, its journal tells its state, nothing recorded happens twice, and looking at what moved is enough', () => {
  fc.assert(
    fc.property(definition, fc.array(move, { maxLength: 40 }), (workflow, moves) => {
      const simulation = simulateRun(workflow, { flag: 'on', broken: '{', list: '[1,2]' })
      const finishOne = (which: number, outcome: number) => {
        const ref = simulation.live()[which % simulation.live().length]
        if (!ref) return
        const stopped = simulation
          .stopping()
          .some((other) => other.job === ref.job && other.step === ref.step)
        const outcomes = ['success', 'failure', stopped ? 'cancelled' : 'success'] as const
        simulation.finish(ref, { outcome: outcomes[outcome] ?? 'success', outputs: { x: '1' } })
      }
      const waitOne = (which: number) => {
        const ref = simulation.live()[which % simulation.live().length]
        if (ref) simulation.wait(ref)
      }
      const check = () => {
        expect(simulation.differences).toEqual([])
        const again = plan(simulation.situation(), simulation.now())
        expect(again.changes).toEqual([])
        checkState(workflow, simulation.state())
      }
      for (const next of moves) {
        if (next.do === 'finish') finishOne(next.which, next.outcome)
        else if (next.do === 'wait') waitOne(next.which)
        else if (next.do === 'pass') simulation.passTime(next.ms)
        else if (next.do === 'hear') simulation.hear(next.cancelled)
        else if (next.do === 'restart') simulation.restart()
        else if (simulation.state().status !== 'completed') simulation.cancel()
        check()
      }
      // Left to itself the run ends: each turn finishes a live step or wakes a sleeper.
      for (let turn = 0; simulation.state().status !== 'completed'; turn++) {
        expect(turn).toBeLessThan(500)
        if (simulation.live().length > 0) finishOne(0, turn % 3)
        else if (!simulation.hear()) {
          const wakeAt = simulation.wakeAt()
          expect(wakeAt).not.toBeNull()
          simulation.passTime((wakeAt ?? 0) - simulation.now())
        }
        check()
      }
      checkJournal(simulation.journal)
      expect(simulation.live()).toEqual([])
      const sent = JSON.parse(JSON.stringify(simulation.journal)) as RunChange[]
      expect(sent.reduce<RunState | null>(reduce, null)).toEqual(simulation.state())
    }),
    { numRuns: 2_000 },
  )
})

/** Holds between any two changes of the world. */
function checkState(workflow: WorkflowDefinition, state: RunState): void {
  const byId = new Map(state.jobs.map((job) => [job.id, job]))
  for (const job of state.jobs) {
    const needs = workflow.jobs.find(({ id }) => id === job.id)?.needs ?? []
    if (job.status !== 'queued') {
      for (const need of needs) expect(byId.get(need)?.status).toBe('completed')
    }
    expect(job.status === 'completed').toBe(job.conclusion !== null)
    const running = job.steps.filter((each) => each.status === 'in_progress')
    expect(running.length).toBe(job.status === 'in_progress' && !job.expanded ? 1 : 0)
    const firstOpen = job.steps.findIndex((each) => each.status !== 'completed')
    if (firstOpen !== -1) {
      for (const later of job.steps.slice(firstOpen + 1)) expect(later.status).toBe('queued')
    }
  }
  for (const { job: whole, jobs, max_parallel } of state.expansions ?? []) {
    const parts = jobs.map(({ id }) => byId.get(id)!)
    expect(parts.filter(({ status }) => status === 'in_progress').length).toBeLessThanOrEqual(max_parallel)
    expect(parts.every(({ status }) => status === 'completed')).toBe(byId.get(whole)?.status === 'completed')
  }
  expect(state.status === 'completed').toBe(state.jobs.every((job) => job.status === 'completed'))
}

/** No step ends twice or starts after its end; a second start counts a new attempt. */
function checkJournal(journal: readonly RunChange[]): void {
  const attempts = new Map<string, number>()
  const over = new Set<string>()
  for (const change of journal) {
    if (!change.kind.startsWith('step.') || change.kind === 'step.waiting') continue
    const { data } = change as Extract<RunChange, { data: { step: string } }>
    const key = `${data.job}/${data.step}`
    expect(over).not.toContain(key)
    if (change.kind === 'step.started') {
      expect(change.data.attempt).toBe((attempts.get(key) ?? 0) + 1)
      attempts.set(key, change.data.attempt)
    } else over.add(key)
  }
  for (const key of attempts.keys()) expect(over).toContain(key)
  expect(journal.filter(({ kind }) => kind === 'run.finished')).toHaveLength(1)
  expect(journal.at(-1)?.kind).toBe('run.finished')
}
