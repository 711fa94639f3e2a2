import type { Layout, PlacedCard } from './layout.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** A row that can hold the focus: a job, with the card that it stands in. */
export interface Stop {
  job: string
  card: string
  /** From the top of the drawing. */
  y: number
}

/**
 * The job that an arrow key leads to: up and down within a column, left and right to the nearest job of the next
 * column that has one. null at the rim.
 */
export function neighbour(
  layout: Layout,
  stops: readonly Stop[],
  from: string,
  direction: Direction,
): string | null {
  const here = stops.find((stop) => stop.job === from)
  if (!here) return null
  const columnOf = new Map(layout.cards.map((card: PlacedCard) => [card.id, card.column]))
  const column = columnOf.get(here.card)!
  if (direction === 'up' || direction === 'down') {
    const same = stops.filter((stop) => columnOf.get(stop.card) === column).sort((a, b) => a.y - b.y)
    return same[same.indexOf(here) + (direction === 'up' ? -1 : 1)]?.job ?? null
  }
  const target = column + (direction === 'left' ? -1 : 1)
  const there = stops.filter((stop) => columnOf.get(stop.card) === target)
  there.sort((a, b) => Math.abs(a.y - here.y) - Math.abs(b.y - here.y))
  return there[0]?.job ?? null
}
