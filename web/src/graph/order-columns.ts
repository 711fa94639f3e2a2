interface Slot {
  id: string
  column: number
}

export interface Link {
  from: string
  to: string
}

/**
 * Orders what stands in each column so that lines between neighbouring columns cross rarely: sweeps left to right
 * and back, each time sorting a column by the mean place of what it is linked to, and keeps the best order seen.
 * The given order is kept where that costs nothing. Links join neighbouring columns only.
 */
export function orderColumns<S extends Slot>(slots: readonly S[], links: readonly Link[]): S[][] {
  const count = Math.max(-1, ...slots.map((slot) => slot.column)) + 1
  const before = neighbours(links, 'to')
  const after = neighbours(links, 'from')
  let columns = Array.from({ length: count }, (_, column) => slots.filter((slot) => slot.column === column))
  let best = columns
  let fewest = crossings(columns, links)
  for (let sweep = 0; sweep < 8 && fewest > 0; sweep++) {
    columns = sweep % 2 ? sweepBy(columns.toReversed(), after).toReversed() : sweepBy(columns, before)
    const now = crossings(columns, links)
    if (now >= fewest) continue
    fewest = now
    best = columns
  }
  return best
}

function sweepBy<S extends Slot>(
  columns: readonly (readonly S[])[],
  linked: ReadonlyMap<string, readonly string[]>,
): S[][] {
  const sorted: S[][] = []
  for (const column of columns) {
    const fixed = new Map(sorted.at(-1)?.map((slot, place) => [slot.id, place]))
    const aims = new Map(
      column.map((slot, place) => {
        const places = (linked.get(slot.id) ?? []).map((id) => fixed.get(id)!)
        return [slot.id, places.length ? places.reduce((a, b) => a + b, 0) / places.length : place]
      }),
    )
    sorted.push(column.toSorted((a, b) => aims.get(a.id)! - aims.get(b.id)!))
  }
  return sorted
}

/** How many pairs of lines cross. */
export function crossings(columns: readonly (readonly Slot[])[], links: readonly Link[]): number {
  const place = new Map(columns.flatMap((column) => column.map((slot, i) => [slot.id, i] as const)))
  let total = 0
  for (const column of columns) {
    const ids = new Set(column.map((slot) => slot.id))
    const lines = links
      .filter((link) => ids.has(link.from))
      .map((l) => [place.get(l.from)!, place.get(l.to)!] as const)
    for (const [i, a] of lines.entries()) {
      for (const b of lines.slice(i + 1)) if ((a[0] - b[0]) * (a[1] - b[1]) < 0) total++
    }
  }
  return total
}

/** What lies at the other end of the links whose `end` is the given one. */
export function neighbours(links: readonly Link[], end: keyof Link): Map<string, string[]> {
  const other = end === 'from' ? 'to' : 'from'
  const map = new Map<string, string[]>()
  for (const link of links) {
    const known = map.get(link[end])
    if (known) known.push(link[other])
    else map.set(link[end], [link[other]])
  }
  return map
}
