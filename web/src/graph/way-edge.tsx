import type { Edge, EdgeProps } from '@xyflow/react'
import type { EdgeLook } from './edge-look.ts'
import type { Point } from './layout.ts'
import styles from './workflow-graph.module.css'

export type WayEdgeType = Edge<EdgeLook & { points: readonly Point[] } & Record<string, unknown>, 'way'>

const bend = 8

/** An edge along the corners that the layout chose. */
export function WayEdge({ data }: EdgeProps<WayEdgeType>) {
  const { points, running, taken, critical, pointed } = data!
  const names = [styles.way, running && styles.running, taken && styles.taken, critical && styles.critical]
  return (
    <path
      className={[...names, pointed && styles.pointed].filter(Boolean).join(' ')}
      d={wayPath(points)}
      fill="none"
    />
  )
}

/** The SVG path through orthogonal corners, each a little rounded. */
function wayPath(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]]
      if (!before) return `M${point.x} ${point.y}`
      if (!after) return `L${point.x} ${point.y}`
      const radius = Math.min(bend, distance(before, point) / 2, distance(point, after) / 2)
      const a = towards(point, before, radius)
      const b = towards(point, after, radius)
      return `L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`
    })
    .join('')
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y)
}

function towards(from: Point, to: Point, by: number): Point {
  return { x: from.x + Math.sign(to.x - from.x) * by, y: from.y + Math.sign(to.y - from.y) * by }
}
