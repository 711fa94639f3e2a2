import { describe, expect, test } from 'vitest'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import { ticks, timeScale } from '../../web/src/graph/time-scale.ts'
import { busySpans, spanOf, timelineRows } from '../../web/src/graph/timeline-rows.ts'

const start = Date.parse('2026-01-01T00:00:00.000Z')
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString()

const ended = { outcome: 'success', conclusion: 'success', error: null, outputs: {} } as const

/** `build` runs from 1 s to 5 s; `ship` needs it, starts at 8 s and sleeps from 9 s on. */
const journal: RunChange[] = [
  {
    kind: 'run.created',
    at: at(0),
    data: {
      id: 'r1',
      workflow_id: 'w1',
      workflow_name: 'release',
      version: 1,
      number: 1,
      attempt: 1,
      name: 'release',
      event: 'workflow_dispatch',
      repository: null,
      delivery_id: null,
      actor: null,
      cause_depth: 0,
      inputs: {},
      payload: null,
      graph: {
        jobs: [
          {
            id: 'build',
            name: 'Build',
            needs: [],
            steps: [{ id: 's1', name: 'Compile', uses: 'http/request' }],
          },
          {
            id: 'ship',
            name: 'Ship',
            needs: ['build'],
            steps: [{ id: 's1', name: 'Wait', uses: 'hub/sleep' }],
          },
        ],
      },
    },
  },
  { kind: 'run.started', at: at(0), data: {} },
  { kind: 'job.started', at: at(1), data: { job: 'build' } },
  { kind: 'step.started', at: at(1), data: { job: 'build', step: 's1', attempt: 1, wake_at: null } },
  { kind: 'step.finished', at: at(5), data: { job: 'build', step: 's1', log: '', ...ended } },
  { kind: 'job.finished', at: at(5), data: { job: 'build', ...ended } },
  { kind: 'job.started', at: at(8), data: { job: 'ship' } },
  { kind: 'step.started', at: at(9), data: { job: 'ship', step: 's1', attempt: 1, wake_at: at(3600) } },
]
const stateAfter = (changes: readonly RunChange[]) => changes.reduce<RunState | null>(reduce, null)!

describe('timeline', () => {
  test('waiting reaches from the last need to the start, bars from start to end or now', () => {
    const rows = timelineRows(stateAfter(journal), start + 20_000)
    const [build, compile, ship, wait] = rows.map((row) => ({
      waiting: row.waiting && [row.waiting.from - start, row.waiting.to - start],
      bar: row.bar && [row.bar.from - start, row.bar.to - start],
      asleep: row.asleep,
    }))
    expect(build).toEqual({ waiting: [0, 1000], bar: [1000, 5000], asleep: false })
    expect(compile).toEqual({ waiting: null, bar: [1000, 5000], asleep: false })
    expect(ship).toEqual({ waiting: [5000, 8000], bar: [8000, 20_000], asleep: false })
    expect(wait).toEqual({ waiting: null, bar: [9000, 20_000], asleep: true })
    expect(busySpans(rows)).toEqual([{ from: start + 1000, to: start + 5000 }])
  })

  test('a job whose needs still run waits for nothing yet', () => {
    const rows = timelineRows(stateAfter(journal.slice(0, 4)), start + 3000)
    expect(rows[2]).toMatchObject({ job: 'ship', waiting: null, bar: null })
    expect(spanOf(stateAfter(journal.slice(0, 4)), start + 3000)).toEqual({ from: start, to: start + 3000 })
  })
})

describe('time scale', () => {
  test('is linear, clamps at its ends and inverts itself', () => {
    const scale = timeScale({ from: 100, to: 300 })
    expect([50, 100, 200, 300, 400].map(scale.place)).toEqual([0, 0, 0.5, 1, 1])
    expect(scale.time(0.25)).toBe(150)
  })

  test('long idle stretches shrink, busy ones keep their proportion, and it still inverts', () => {
    const night = 8 * 3_600_000
    const scale = timeScale({ from: 0, to: night + 40_000 }, [
      { from: 0, to: 10_000 },
      { from: night + 10_000, to: night + 40_000 },
    ])
    const [early, late] = [scale.place(10_000), 1 - scale.place(night + 10_000)]
    expect(late / early).toBeCloseTo(3)
    expect(early + late).toBeGreaterThan(0.9)
    for (const time of [0, 6000, night / 2, night + 20_000]) {
      expect(scale.time(scale.place(time))).toBeCloseTo(time)
    }
    expect(scale.shortened).toEqual([{ from: 10_000, to: night + 10_000 }])
  })

  test('idle stretches of a short run keep their length', () => {
    const scale = timeScale({ from: 0, to: 20_000 }, [{ from: 0, to: 100 }])
    expect(scale.shortened).toEqual([])
    expect(scale.place(10_000)).toBe(0.5)
  })

  test.each([
    [40, 5, [0, 10, 20, 30, 40]],
    [95_000, 5, [0, 30_000, 60_000, 90_000]],
    [0, 5, [0, 1]],
    [5 * 86_400_000, 4, [0, 172_800_000, 345_600_000]],
  ])('%i ms in at most %i ticks', (total, count, expected) => {
    expect(ticks({ from: 1000, to: 1000 + total }, count)).toEqual(expected)
  })
})
