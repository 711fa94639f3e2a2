import { ScreenFullIcon, ZoomInIcon, ZoomOutIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { MiniMap, Panel, ReactFlow, type ReactFlowInstance } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { type KeyboardEvent, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { cardRows, rowCount } from './card-rows.ts'
import { criticalPath } from './critical-path.ts'
import { edgeLook } from './edge-look.ts'
import { fitViewport, frameHeight } from './fit-viewport.ts'
import type { GraphJob } from './graph-job.ts'
import { stateOf } from './job-state.ts'
import { cardWidth, layoutGraph, rowHeight } from './layout.ts'
import { type Direction, neighbour, type Stop } from './neighbour.ts'
import { StageCard, type StageCardNode } from './stage-card.tsx'
import { stagesOf } from './stages.ts'
import { WayEdge, type WayEdgeType } from './way-edge.tsx'
import styles from './workflow-graph.module.css'

const nodeTypes = { stage: StageCard }
const edgeTypes = { way: WayEdge }
const minimapAbove = 30
const arrows: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
}

export interface WorkflowGraphProps {
  /** What the graph is of, for people who hear it. */
  label: string
  jobs: readonly GraphJob[]
  /** The moment that is shown; running jobs are as old as this says. */
  now: number
  selected?: string | null
  /** A job that is pointed at here or in the timeline beside it. */
  pointed?: string | null
  onOpen?: (job: string) => void
  onPoint?: (job: string | null) => void
}

/**
 * The graph of a definition, of a live run, or of a past run at one moment. Drag pans, pinch or Ctrl and the wheel
 * zoom, arrow keys go from job to job, Enter opens. Until somebody moves it, it keeps itself fitted.
 */
export function WorkflowGraph({
  label,
  jobs,
  now,
  selected = null,
  pointed = null,
  onOpen,
  onPoint,
}: WorkflowGraphProps) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const [focused, setFocused] = useState<string | null>(null)
  const [width, setWidth] = useState(0)
  const frame = useRef<HTMLElement>(null)
  const flow = useRef<ReactFlowInstance<StageCardNode, WayEdgeType>>(null)
  const moved = useRef(false)

  const shape = JSON.stringify(jobs.map((job) => [job.id, job.needs, job.parent]))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says all of the jobs that stages depend on
  const stages = useMemo(() => stagesOf(jobs), [shape])
  const byId = new Map(jobs.map((job) => [job.id, job]))
  const rows = new Map(
    stages.stages.map((stage) => [
      stage.id,
      cardRows(stage, byId, { open: unfolded.has(stage.id), selected }),
    ]),
  )
  const heights = stages.stages.map((stage) => rowCount(rows.get(stage.id)!)).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the rows, only their number moves the layout
  const layout = useMemo(() => layoutGraph(stages, (id) => rowCount(rows.get(id)!)), [stages, heights])

  const stops: Stop[] = layout.cards.flatMap((card) =>
    rows.get(card.id)!.jobs.map((job, i) => ({ job: job.id, card: card.id, y: card.y + i * rowHeight })),
  )
  const tabStop =
    [focused, selected, stops[0]?.job].find((job) => stops.some((stop) => stop.job === job)) ?? null

  const fitFrame = useCallback(
    (whole: boolean) => {
      const box = frame.current?.getBoundingClientRect()
      if (box && flow.current) void flow.current.setViewport(fitViewport(layout, box, whole))
    },
    [layout],
  )
  useLayoutEffect(() => {
    const measure = () => {
      setWidth(frame.current!.clientWidth)
      if (!moved.current) fitFrame(false)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(frame.current!)
    return () => observer.disconnect()
  }, [fitFrame])

  const onKeyDown = (event: KeyboardEvent) => {
    const direction = arrows[event.key]
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-job]')?.dataset.job
    if (!direction || !from || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const next = neighbour(layout, stops, from, direction)
    if (!next) return
    const row = frame.current?.querySelector<HTMLElement>(`[data-job="${CSS.escape(next)}"]`)
    row?.focus({ preventScroll: true })
    if (row) reveal(row)
  }

  /** Moves the drawing just so far that a row which took the focus is in sight. */
  const reveal = (row: HTMLElement) => {
    const box = frame.current!.getBoundingClientRect()
    const at = row.getBoundingClientRect()
    const margin = 16
    const by = (from: number, to: number, start: number, end: number) =>
      from < start + margin ? start + margin - from : to > end - margin ? end - margin - to : 0
    const dx = by(at.left, at.right, box.left, box.right)
    const dy = by(at.top, at.bottom, box.top, box.bottom)
    if (!flow.current || (dx === 0 && dy === 0)) return
    const { x, y, zoom } = flow.current.getViewport()
    moved.current = true
    void flow.current.setViewport({ x: x + dx, y: y + dy, zoom })
  }

  const critical = criticalPath(jobs, now)
  const nodes: StageCardNode[] = layout.cards.map((card) => ({
    id: card.id,
    type: 'stage',
    position: { x: card.x, y: card.y },
    width: cardWidth,
    height: card.height,
    data: {
      ...rows.get(card.id)!,
      now,
      selected,
      pointed,
      tabStop,
      unfolded: unfolded.has(card.id),
      entered: layout.edges.some((edge) => edge.to === card.id),
      left: layout.edges.some((edge) => edge.from === card.id),
      onOpen,
      onPoint,
      onFocus: setFocused,
      onFold: () => {
        const next = new Set(unfolded)
        if (!next.delete(card.id)) next.add(card.id)
        setUnfolded(next)
      },
    },
  }))
  const jobsIn = new Map(stages.stages.map((stage) => [stage.id, stage.jobs.map((id) => byId.get(id)!)]))
  const edges: WayEdgeType[] = layout.edges.map((edge) => {
    const drawn = edgeLook(jobsIn.get(edge.from)!, jobsIn.get(edge.to)!, { critical, pointed })
    return {
      id: edge.id,
      type: 'way',
      source: edge.from,
      target: edge.to,
      zIndex: drawn.critical || drawn.pointed ? 1 : 0,
      data: { points: edge.points, ...drawn },
    }
  })

  return (
    <section
      ref={frame}
      aria-label={label}
      className={styles.frame}
      style={{ height: frameHeight(layout, width) }}
      onKeyDown={onKeyDown}
    >
      <ReactFlow<StageCardNode, WayEdgeType>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onInit={(instance) => {
          flow.current = instance
          fitFrame(false)
        }}
        onMoveStart={(event) => {
          if (event) moved.current = true
        }}
        minZoom={0.15}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        zoomOnScroll={false}
        preventScrolling={false}
        attributionPosition="top-right"
      >
        <Panel position="bottom-right" className={styles.controls}>
          <IconButton
            size="small"
            variant="invisible"
            icon={ZoomOutIcon}
            aria-label="Zoom out"
            onClick={() => zoom('out')}
          />
          <IconButton
            size="small"
            variant="invisible"
            icon={ZoomInIcon}
            aria-label="Zoom in"
            onClick={() => zoom('in')}
          />
          <IconButton
            size="small"
            variant="invisible"
            icon={ScreenFullIcon}
            aria-label="Fit the whole graph"
            onClick={() => {
              moved.current = false
              fitFrame(true)
            }}
          />
        </Panel>
        {jobs.length > minimapAbove && (
          <MiniMap<StageCardNode>
            pannable
            position="bottom-left"
            className={styles.minimap}
            ariaLabel="Overview of the graph"
            nodeClassName={(node) => styles[`mini-${stateOfCard(node)}`] ?? ''}
          />
        )}
      </ReactFlow>
    </section>
  )

  function zoom(way: 'in' | 'out') {
    moved.current = true
    void (way === 'in' ? flow.current?.zoomIn() : flow.current?.zoomOut())
  }
}

/** The state that a card shows in the overview: what needs attention first. */
function stateOfCard(node: StageCardNode): string {
  const states = node.data.jobs.map(stateOf)
  return (
    (['failure', 'running', 'cancelled', 'success'] as const).find((state) => states.includes(state)) ??
    'queued'
  )
}
