import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import type { CardRows } from './card-rows.ts'
import type { GraphJob } from './graph-job.ts'
import { JobRow } from './job-row.tsx'
import styles from './workflow-graph.module.css'

export interface StageCardData extends CardRows, Record<string, unknown> {
  now: number
  selected: string | null
  pointed: string | null
  /** The job whose row the Tab key reaches; the arrow keys do the rest. */
  tabStop: string | null
  unfolded: boolean
  /** Whether edges come in, and go out. */
  entered: boolean
  left: boolean
  onOpen: ((job: string) => void) | undefined
  onPoint: ((job: string | null) => void) | undefined
  onFocus: (job: string) => void
  onFold: () => void
}
export type StageCardNode = Node<StageCardData, 'stage'>

/** One card of the graph: a row for each of its jobs. */
export function StageCard({ data }: NodeProps<StageCardNode>) {
  const { jobs, hidden, unfolded, entered, left, onFold } = data
  return (
    <div className={styles.card}>
      <Handle type="target" position={Position.Left} className={entered ? styles.port : styles.noPort} />
      <ul className={styles.rows}>
        {jobs.map((job: GraphJob) => (
          <li key={job.id}>
            <JobRow
              job={job}
              now={data.now}
              selected={data.selected === job.id}
              pointed={data.pointed === job.id}
              tabStop={data.tabStop === job.id}
              onOpen={data.onOpen}
              onPoint={data.onPoint}
              onFocus={data.onFocus}
            />
          </li>
        ))}
        {(hidden > 0 || unfolded) && (
          <li>
            <button type="button" className={styles.fold} onClick={onFold}>
              {unfolded ? 'Show fewer' : `Show ${hidden} more`}
            </button>
          </li>
        )}
      </ul>
      <Handle type="source" position={Position.Right} className={left ? styles.port : styles.noPort} />
    </div>
  )
}
