import { type Link, neighbours, orderColumns } from './order-columns.ts'
import type { Stages } from './stages.ts'

export const cardWidth = 212
export const rowHeight = 36
const cardPadding = 6
const rowGap = 24
const edgeInset = 18
const trackGap = 12

export interface Point {
  x: number
  y: number
}

/** A card's place. */
export interface PlacedCard extends Point {
  id: string
  column: number
  height: number
}

/** An edge as corners from the right side of one card to the left side of another, straight lines only. */
export interface PlacedEdge {
  id: string
  from: string
  to: string
  points: readonly Point[]
}

export interface Layout {
  cards: readonly PlacedCard[]
  edges: readonly PlacedEdge[]
  width: number
  height: number
}

/**
 * A card, or the place where edges of one card pass a column that they do not stop in: they share their way as long
 * as they can.
 */
interface Slot {
  id: string
  column: number
  height: number
}

/**
 * Places cards in columns and draws the edges between them as horizontal and vertical lines. Deterministic; the
 * order of the definition wins wherever it costs no crossing, so that a graph does not jump while it is typed.
 *
 * @param rowsOf how many rows a card shows; a folded card shows fewer than it has jobs
 */
export function layoutGraph({ stages, edges }: Stages, rowsOf: (stageId: string) => number): Layout {
  const columnOf = new Map(stages.map((stage) => [stage.id, stage.column]))
  const slots = new Map<string, Slot>()
  const links = new Map<string, Link>()
  for (const { id, column } of stages) {
    slots.set(id, { id, column, height: rowsOf(id) * rowHeight + 2 * cardPadding })
  }
  const ways = edges.map((edge) => {
    const way = [edge.from]
    for (let column = columnOf.get(edge.from)! + 1; column < columnOf.get(edge.to)!; column++) {
      const id = `${edge.from}\n${column}`
      slots.set(id, { id, column, height: 0 })
      way.push(id)
    }
    way.push(edge.to)
    for (let i = 1; i < way.length; i++) {
      links.set(`${way[i - 1]}\n→${way[i]}`, { from: way[i - 1]!, to: way[i]! })
    }
    return { ...edge, way }
  })

  const pairs = [...links.values()]
  const columns = orderColumns([...slots.values()], pairs)
  const middles = placeMiddles(columns, pairs)
  const after = neighbours(pairs, 'from')
  const gaps = columns.map((column) => tracksAfter(column, after, middles))
  const lefts: number[] = [0]
  for (const gap of gaps) {
    lefts.push(lefts.at(-1)! + cardWidth + 2 * edgeInset + Math.max(0, gap.count - 1) * trackGap)
  }

  const top = Math.min(...[...slots.values()].map((slot) => middles.get(slot.id)! - slot.height / 2))
  const y = (id: string) => middles.get(id)! - top
  const cards = stages.map(({ id, column }) => {
    const { height } = slots.get(id)!
    return { id, column, x: lefts[column]!, y: y(id) - height / 2, height }
  })
  const placed = ways.map(({ from, to, way }) => {
    const points: Point[] = []
    for (let i = 1; i < way.length; i++) {
      const column = slots.get(way[i - 1]!)!.column
      const { track, count } = gaps[column]!.trackOf(way[i - 1]!)
      const right = lefts[column]! + cardWidth
      const gapWidth = lefts[column + 1]! - right
      const x = right + gapWidth / 2 + (track - (count - 1) / 2) * trackGap
      points.push(
        { x: i === 1 ? right : lefts[column]!, y: y(way[i - 1]!) },
        { x, y: y(way[i - 1]!) },
        { x, y: y(way[i]!) },
      )
    }
    points.push({ x: lefts[columnOf.get(to)!]!, y: y(to) })
    return { id: `${from}→${to}`, from, to, points: corners(points) }
  })
  return {
    cards,
    edges: placed,
    width: Math.max(0, ...cards.map((card) => card.x + cardWidth)),
    height: Math.max(
      0,
      ...cards.map((card) => card.y + card.height),
      ...placed.flatMap((e) => e.points.map((p) => p.y)),
    ),
  }
}

/**
 * The vertical middle of every slot: as near as its column's order allows to the middle of what it is linked to,
 * first looking left, then both ways.
 */
function placeMiddles(columns: readonly (readonly Slot[])[], links: readonly Link[]): Map<string, number> {
  const before = neighbours(links, 'to')
  const after = neighbours(links, 'from')
  const middles = new Map<string, number>()
  const settle = (column: readonly Slot[], sides: readonly ReadonlyMap<string, readonly string[]>[]) => {
    let edge = 0
    const offsets = column.map((slot, i) => {
      const offset = edge + slot.height / 2
      edge += slot.height + (i + 1 < column.length ? rowGap : 0)
      return offset
    })
    const wanted = column.map((slot, i) => {
      const near = sides.flatMap((side) => side.get(slot.id) ?? []).map((id) => middles.get(id)!)
      const aim = near.length
        ? near.reduce((a, b) => a + b, 0) / near.length
        : (middles.get(slot.id) ?? offsets[i]!)
      return aim - offsets[i]!
    })
    const shifts = nearestRising(wanted)
    for (const [i, slot] of column.entries()) middles.set(slot.id, Math.round(offsets[i]! + shifts[i]!))
  }
  for (const column of columns) settle(column, [before])
  for (const column of columns.toReversed()) settle(column, [after])
  for (const column of columns) settle(column, [before])
  return middles
}

/** The never-falling sequence nearest to the given one (least squares, by pooling adjacent violators). */
export function nearestRising(values: readonly number[]): number[] {
  const pools: { mean: number; size: number }[] = []
  for (const value of values) {
    let pool = { mean: value, size: 1 }
    while (pools.length && pools.at(-1)!.mean > pool.mean) {
      const last = pools.pop()!
      const size = last.size + pool.size
      pool = { mean: (last.mean * last.size + pool.mean * pool.size) / size, size }
    }
    pools.push(pool)
  }
  return pools.flatMap(({ mean, size }) => Array<number>(size).fill(mean))
}

/**
 * Gives every slot whose edges turn in the gap after a column a vertical track of its own where the turns would
 * touch, so that two lines never run on top of each other unless they come from the same card.
 */
function tracksAfter(
  column: readonly Slot[],
  after: ReadonlyMap<string, readonly string[]>,
  middles: ReadonlyMap<string, number>,
) {
  const turns = column.flatMap(({ id }) => {
    const ends = [middles.get(id)!, ...(after.get(id) ?? []).map((to) => middles.get(to)!)]
    const [from, to] = [Math.min(...ends), Math.max(...ends)]
    return from === to ? [] : [{ id, from, to, rising: to > middles.get(id)! }]
  })
  // Lines that go down take their track from the right, so that lower starts do not cross higher ones.
  turns.sort((a, b) => Number(a.rising) - Number(b.rising) || (a.rising ? b.from - a.from : a.from - b.from))
  const tracks: { from: number; to: number }[][] = []
  const trackOf = new Map<string, number>()
  for (const turn of turns) {
    let track = tracks.findIndex((taken) =>
      taken.every((t) => t.to + rowGap < turn.from || turn.to + rowGap < t.from),
    )
    if (track < 0) track = tracks.push([]) - 1
    tracks[track]!.push(turn)
    trackOf.set(turn.id, track)
  }
  return {
    count: tracks.length,
    trackOf: (id: string) => ({ track: trackOf.get(id) ?? 0, count: tracks.length }),
  }
}

/** The same line without points that lie on the way between their neighbours. */
function corners(points: readonly Point[]): Point[] {
  return points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]]
    if (!before || !after) return true
    return !(before.y === point.y && point.y === after.y) && !(before.x === point.x && point.x === after.x)
  })
}
