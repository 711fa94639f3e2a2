import { describe, expect, test } from 'vitest'
import { cardRows, foldAbove, rowCount } from '../../web/src/graph/card-rows.ts'
import { edgeLook } from '../../web/src/graph/edge-look.ts'
import { fitViewport, frameHeight } from '../../web/src/graph/fit-viewport.ts'
import type { GraphJob } from '../../web/src/graph/graph-job.ts'
import { stateOf } from '../../web/src/graph/job-state.ts'

const job = (id: string, more: Partial<GraphJob> = {}): GraphJob => ({
  id,
  name: id,
  needs: [],
  steps: 1,
  stepsDone: 0,
  status: 'queued',
  conclusion: null,
  startedAt: null,
  completedAt: null,
  ...more,
})

describe('a card', () => {
  const jobs = Array.from({ length: 20 }, (_, i) => job(`j${i}`))
  const stage = { id: 'j0', column: 0, jobs: jobs.map(({ id }) => id) }
  const rows = (changed: Partial<Record<string, Partial<GraphJob>>>, selected: string | null = null) =>
    cardRows(stage, new Map(jobs.map((held) => [held.id, { ...held, ...changed[held.id] }])), {
      open: false,
      selected,
    })

  test('folds a long list, and counts the row that unfolds it', () => {
    const folded = rows({})
    expect(folded.jobs).toHaveLength(6)
    expect(folded.hidden).toBe(14)
    expect(rowCount(folded)).toBe(7)
  })

  test('never hides what failed, what runs or what is selected, and keeps the order', () => {
    const failed = { status: 'completed', conclusion: 'failure' }
    const shown = rows({ j19: failed, j10: { status: 'in_progress' } }, 'j15').jobs.map(({ id }) => id)
    expect(shown.slice(6)).toEqual(['j10', 'j15', 'j19'])
  })

  test('shows everything when it is short or unfolded', () => {
    const short = { ...stage, jobs: stage.jobs.slice(0, foldAbove) }
    const byId = new Map(jobs.map((held) => [held.id, held]))
    expect(cardRows(short, byId, { open: false, selected: null }).hidden).toBe(0)
    expect(cardRows(stage, byId, { open: true, selected: null }).jobs).toHaveLength(20)
  })
})

describe('an edge', () => {
  const ended = job('a', { status: 'completed', conclusion: 'success', startedAt: 0, completedAt: 1 })
  const running = job('b', { status: 'in_progress', startedAt: 1 })
  const none = { critical: [], pointed: null }

  test('is taken once the run went along it, and runs while the job behind it runs', () => {
    expect(edgeLook([ended], [running], none)).toMatchObject({ taken: true, running: true })
    expect(edgeLook([running], [job('c')], none)).toMatchObject({ taken: false, running: false })
  })

  test('is critical only between neighbours on the critical path', () => {
    const critical = ['a', 'b', 'c']
    expect(edgeLook([ended], [running], { critical, pointed: null }).critical).toBe(true)
    expect(edgeLook([ended], [job('c')], { critical, pointed: null }).critical).toBe(false)
  })
})

describe('the view of a graph', () => {
  const frame = { width: 1000, height: 400 }

  test('shows a small graph whole, in the middle, at its own size', () => {
    expect(fitViewport({ width: 400, height: 100 }, frame, false)).toEqual({ x: 300, y: 150, zoom: 1 })
  })

  test('shows a wide graph readable from its start, or whole when asked', () => {
    expect(fitViewport({ width: 5000, height: 100 }, frame, false)).toMatchObject({ x: 28, zoom: 0.7 })
    const whole = fitViewport({ width: 5000, height: 100 }, frame, true)
    expect(whole.x + 5000 * whole.zoom).toBeLessThanOrEqual(1000)
  })

  test('is as high as the graph at the size that fits, within limits', () => {
    expect(frameHeight({ width: 400, height: 200 }, 1000)).toBe(256)
    expect(frameHeight({ width: 400, height: 10 }, 1000)).toBe(144)
    expect(frameHeight({ width: 400, height: 9000 }, 1000)).toBe(440)
  })
})

test.each([
  [null, null, 'idle'],
  ['queued', null, 'queued'],
  ['waiting', null, 'queued'],
  ['in_progress', null, 'running'],
  ['completed', 'success', 'success'],
  ['completed', 'timed_out', 'failure'],
  ['completed', 'skipped', 'skipped'],
  ['completed', 'cancelled', 'cancelled'],
])('%s and %s are drawn as %s', (status, conclusion, expected) => {
  expect(stateOf({ status, conclusion })).toBe(expected)
})
