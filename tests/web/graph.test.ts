import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { criticalPath } from '../../web/src/graph/critical-path.ts'
import { type GraphJob, jobsOfDefinition } from '../../web/src/graph/graph-job.ts'
import { cardWidth, layoutGraph, nearestRising } from '../../web/src/graph/layout.ts'
import { neighbour } from '../../web/src/graph/neighbour.ts'
import { type Needy, stagesOf } from '../../web/src/graph/stages.ts'

const job = (id: string, ...needs: string[]): Needy => ({ id, needs })

/** Graphs of up to 24 jobs whose needs name earlier ones. */
const acyclic = fc.integer({ min: 1, max: 24 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, i) =>
      fc
        .subarray(
          Array.from({ length: i }, (_, j) => `j${j}`),
          { maxLength: Math.min(i, 3) },
        )
        .map((needs) => job(`j${i}`, ...needs)),
    ),
  ),
)

describe('stages', () => {
  test('a column is the longest way from a start', () => {
    const { stages } = stagesOf([job('a'), job('b', 'a'), job('c', 'b', 'a'), job('d')])
    expect(Object.fromEntries(stages.map((s) => [s.id, s.column]))).toEqual({ a: 0, b: 1, c: 2, d: 0 })
  })

  test('jobs with the same needs and the same dependents share a card', () => {
    const { stages, edges } = stagesOf([
      job('lint'),
      job('unit', 'lint'),
      job('e2e', 'lint'),
      job('ship', 'unit', 'e2e'),
    ])
    expect(stages.map((s) => s.jobs)).toEqual([['lint'], ['unit', 'e2e'], ['ship']])
    expect(edges).toEqual([
      { from: 'lint', to: 'unit' },
      { from: 'unit', to: 'ship' },
    ])
  })

  test('an edge that a longer way implies is not drawn', () => {
    const { edges } = stagesOf([job('a'), job('b', 'a'), job('c', 'a', 'b')])
    expect(edges).toEqual([
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
    ])
  })

  test('unknown needs, repeated needs and circles of a half-typed definition are left out', () => {
    const { stages, edges } = stagesOf([
      job('a', 'c', 'ghost'),
      job('b', 'a', 'a'),
      job('c', 'b'),
      job('d', 'd'),
    ])
    expect(stages.flatMap((s) => s.jobs).sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(edges).toHaveLength(2)
  })

  test('whoever must wait stands further right and can be reached along edges', () => {
    fc.assert(
      fc.property(acyclic, (jobs) => {
        const { stages, edges } = stagesOf(jobs)
        const stageOf = new Map(stages.flatMap((s) => s.jobs.map((id) => [id, s] as const)))
        const reach = (from: string, to: string): boolean =>
          from === to || edges.some((e) => e.from === from && reach(e.to, to))
        for (const { id, needs } of jobs) {
          for (const need of needs) {
            expect(stageOf.get(need)!.column).toBeLessThan(stageOf.get(id)!.column)
            expect(reach(stageOf.get(need)!.id, stageOf.get(id)!.id)).toBe(true)
          }
        }
      }),
    )
  })
})

describe('layout', () => {
  test('a chain is one straight line', () => {
    const { cards, edges } = layoutGraph(stagesOf([job('a'), job('b', 'a'), job('c', 'b')]), () => 1)
    expect(new Set(cards.map((card) => card.y)).size).toBe(1)
    expect(edges.every((edge) => edge.points.length === 2)).toBe(true)
  })

  test('cards of a column keep their distance, edges are orthogonal and run from card to card', () => {
    fc.assert(
      fc.property(acyclic, (jobs) => {
        const stages = stagesOf(jobs)
        const rows = new Map(stages.stages.map((s) => [s.id, s.jobs.length]))
        const { cards, edges, width, height } = layoutGraph(stages, (id) => rows.get(id)!)
        for (const a of cards) {
          expect(a.x).toBeGreaterThanOrEqual(0)
          expect(a.y).toBeGreaterThanOrEqual(0)
          expect(a.x + cardWidth).toBeLessThanOrEqual(width)
          expect(a.y + a.height).toBeLessThanOrEqual(height)
          for (const b of cards) {
            if (a.id < b.id && a.column === b.column) {
              expect(Math.max(a.y, b.y) - Math.min(a.y + a.height, b.y + b.height)).toBeGreaterThanOrEqual(16)
            }
          }
        }
        const card = new Map(cards.map((c) => [c.id, c]))
        for (const { from, to, points } of edges) {
          const [source, target] = [card.get(from)!, card.get(to)!]
          expect(points[0]).toEqual({ x: source.x + cardWidth, y: source.y + source.height / 2 })
          expect(points.at(-1)).toEqual({ x: target.x, y: target.y + target.height / 2 })
          for (const [i, point] of points.slice(1).entries()) {
            expect(point.x === points[i]!.x || point.y === points[i]!.y).toBe(true)
            expect(point.x).toBeGreaterThanOrEqual(points[i]!.x)
          }
        }
      }),
    )
  })

  test('no edge runs through a card', () => {
    fc.assert(
      fc.property(acyclic, (jobs) => {
        const stages = stagesOf(jobs)
        const { cards, edges } = layoutGraph(stages, () => 2)
        for (const { points } of edges) {
          for (const [i, b] of points.slice(1).entries()) {
            const a = points[i]!
            const through = cards.filter(
              (c) =>
                Math.max(a.x, b.x) > c.x &&
                Math.min(a.x, b.x) < c.x + cardWidth &&
                Math.max(a.y, b.y) > c.y &&
                Math.min(a.y, b.y) < c.y + c.height,
            )
            expect(through).toEqual([])
          }
        }
      }),
    )
  })

  test('two lines of different cards never share a vertical stretch', () => {
    fc.assert(
      fc.property(acyclic, (jobs) => {
        const { edges } = layoutGraph(stagesOf(jobs), () => 1)
        const verticals = edges.flatMap(({ from, points }) =>
          points
            .slice(1)
            .flatMap((b, i) => (b.x === points[i]!.x ? [{ from, x: b.x, a: points[i]!.y, b: b.y }] : [])),
        )
        for (const [i, v] of verticals.entries()) {
          for (const w of verticals.slice(i + 1)) {
            if (v.from === w.from || v.x !== w.x) continue
            expect(Math.min(Math.max(v.a, v.b), Math.max(w.a, w.b))).toBeLessThan(
              Math.max(Math.min(v.a, v.b), Math.min(w.a, w.b)),
            )
          }
        }
      }),
    )
  })

  test('crossings that an order can avoid are avoided', () => {
    const jobs = [job('a'), job('b'), job('x', 'b'), job('y', 'a'), job('x2', 'x'), job('y2', 'y')]
    const { cards, edges } = layoutGraph(stagesOf(jobs), () => 1)
    const y = (id: string) => cards.find((c) => c.id === id)!.y
    expect(Math.sign(y('a') - y('b'))).toBe(Math.sign(y('y') - y('x')))
    expect(edges.every((edge) => edge.points.length === 2)).toBe(true)
  })

  test('500 jobs are placed before anybody waits', () => {
    const jobs = Array.from({ length: 500 }, (_, i) =>
      job(`j${i}`, ...(i < 25 ? [] : [`j${i - 25}`, `j${i - 13 - (i % 7)}`])),
    )
    const before = performance.now()
    layoutGraph(stagesOf(jobs), () => 1)
    expect(performance.now() - before).toBeLessThan(20_000)
  })

  test('the nearest rising sequence pools what falls', () => {
    expect(nearestRising([1, 3, 2, 5])).toEqual([1, 2.5, 2.5, 5])
    expect(nearestRising([3, 2, 1])).toEqual([2, 2, 2])
  })
})

describe('the way through a graph', () => {
  const ran = (id: string, needs: string[], from: number | null, to: number | null): GraphJob => ({
    ...jobsOfDefinition({ jobs: [{ id, name: id, needs, steps: [] }] })[0]!,
    startedAt: from,
    completedAt: to,
  })

  test('the critical path follows the need that ended last', () => {
    const jobs = [
      ran('build', [], 0, 10),
      ran('lint', [], 0, 30),
      ran('unit', ['build'], 10, 20),
      ran('ship', ['unit', 'lint'], 30, 40),
    ]
    expect(criticalPath(jobs, 100)).toEqual(['lint', 'ship'])
  })

  test('what still runs ends now; what never started decides nothing', () => {
    const jobs = [
      ran('a', [], 0, 50),
      ran('b', ['a'], 50, null),
      ran('c', ['b'], null, null),
      ran('d', [], 0, 60),
    ]
    expect(criticalPath(jobs, 70)).toEqual(['a', 'b'])
    expect(criticalPath([ran('a', [], null, null)], 70)).toEqual([])
  })

  test('arrow keys go along rows and columns', () => {
    const stages = stagesOf([job('a'), job('b', 'a'), job('c', 'a'), job('d', 'c')])
    const layout = layoutGraph(stages, (id) => stages.stages.find((s) => s.id === id)!.jobs.length)
    const stops = layout.cards.flatMap((card) =>
      stages.stages
        .find((s) => s.id === card.id)!
        .jobs.map((id, i) => ({ job: id, card: card.id, y: card.y + i * 36 })),
    )
    expect(neighbour(layout, stops, 'b', 'left')).toBe('a')
    expect(neighbour(layout, stops, 'd', 'left')).toBe('c')
    expect(new Set([neighbour(layout, stops, 'b', 'up'), neighbour(layout, stops, 'b', 'down')])).toEqual(
      new Set(['c', null]),
    )
    expect(neighbour(layout, stops, 'a', 'left')).toBeNull()
  })
})
