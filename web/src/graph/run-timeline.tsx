import { ChevronRightIcon } from '@primer/octicons-react'
import { Button, VisuallyHidden } from '@primer/react'
import { type CSSProperties, useState } from 'react'
import type { RunState } from '../../../contract/run.ts'
import { formatDuration } from '../components/duration.tsx'
import { runLook, StateIcon } from '../components/state-icon.tsx'
import { stateOf } from './job-state.ts'
import styles from './run-timeline.module.css'
import { type Span, type TimeScale, ticks, timeScale } from './time-scale.ts'
import { busySpans, spanOf, type TimelineRow, timelineRows } from './timeline-rows.ts'

const ticksShown = 6

/**
 * The other face of the graph: one bar for each job and step on a common axis. Waiting is hatched; long stretches
 * in which nothing worked can be shortened. Pointing at a job points at it in the graph too.
 */
export function RunTimeline({
  run,
  whole,
  now,
  cursor,
  selected,
  pointed,
  onOpen,
  onPoint,
}: {
  run: RunState
  /** The run as far as it is known, which gives the axis; `run` may be an earlier moment of it. */
  whole: RunState
  now: number
  /** A moment to mark; null: none. */
  cursor: number | null
  selected: string | null
  pointed: string | null
  onOpen: (job: string) => void
  onPoint: (job: string | null) => void
}) {
  const [shortened, setShortened] = useState(true)
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const rows = timelineRows(run, now)
  const shown = rows.filter(({ within }) => within.every((whole) => unfolded.has(whole)))
  const fold = (whole: string) => {
    const next = new Set(unfolded)
    if (!next.delete(whole)) next.add(whole)
    setUnfolded(next)
  }
  const span = spanOf(whole, now)
  const busy = busySpans(run === whole ? rows : timelineRows(whole, now))
  const canShorten = timeScale(span, busy).shortened.length > 0
  const scale = timeScale(span, shortened ? busy : undefined)
  const marks = apart(
    ticks(span, ticksShown).map((after) => ({ after, place: scale.place(span.from + after) })),
  )
  return (
    <section className={styles.frame} aria-label="Timeline">
      <div className={styles.head}>
        <div className={styles.axis} aria-hidden="true">
          {marks.map(({ after, place }) => (
            <span key={after} className={styles.tick} style={{ insetInlineStart: percent(place) }}>
              {after === 0 ? '0' : formatDuration(after)}
            </span>
          ))}
        </div>
      </div>
      <ol className={styles.rows}>
        <li className={styles.grid} aria-hidden="true">
          {marks.map(({ after, place }) => (
            <span key={after} style={{ insetInlineStart: percent(place) }} />
          ))}
        </li>
        {shown.map((row) => (
          <li key={row.id}>
            <button
              type="button"
              className={row.step === null ? styles.job : styles.step}
              aria-current={(row.step === null && row.job === selected) || undefined}
              aria-expanded={row.whole ? unfolded.has(row.job) : undefined}
              data-pointed={row.job === pointed || undefined}
              data-depth={row.within.length || undefined}
              onClick={() => {
                if (row.whole) fold(row.job)
                onOpen(row.job)
              }}
              onPointerEnter={() => onPoint(row.job)}
              onPointerLeave={() => onPoint(null)}
              onFocus={() => onPoint(row.job)}
              onBlur={() => onPoint(null)}
            >
              <span className={styles.name}>
                {row.whole && <ChevronRightIcon size={12} className={styles.chevron} />}
                <StateIcon look={runLook(row)} size={row.step === null ? 16 : 12} />
                <span className={styles.text}>{row.name}</span>
              </span>
              <span className={styles.track}>
                {scale.shortened.map((idle) => (
                  <span key={idle.from} className={styles.idle} style={across(scale, idle)} />
                ))}
                {cursor !== null && (
                  <span
                    className={styles.cursor}
                    style={{ insetInlineStart: percent(scale.place(cursor)) }}
                  />
                )}
                {row.waiting && <span className={styles.waiting} style={across(scale, row.waiting)} />}
                {row.bar && (
                  <span
                    className={row.asleep ? styles.asleep : styles.bar}
                    data-state={stateOf(row)}
                    style={across(scale, row.bar)}
                  />
                )}
              </span>
              <span className={styles.took}>{row.bar && formatDuration(row.bar.to - row.bar.from)}</span>
              <VisuallyHidden>{barWords(row, span)}</VisuallyHidden>
            </button>
          </li>
        ))}
      </ol>
      {canShorten && (
        <div className={styles.foot}>
          <Button size="small" variant="invisible" onClick={() => setShortened(!shortened)}>
            {shortened ? 'Show idle time in full' : 'Shorten idle time'}
          </Button>
        </div>
      )}
    </section>
  )
}

function across(scale: TimeScale, span: Span): CSSProperties {
  const start = scale.place(span.from)
  return { insetInlineStart: percent(start), inlineSize: percent(scale.place(span.to) - start) }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`
}

/** Marks that a shortened axis pushed together are thinned out. */
function apart<T extends { place: number }>(marks: readonly T[]): T[] {
  const kept: T[] = []
  for (const mark of marks) if (!kept.length || mark.place - kept.at(-1)!.place > 0.09) kept.push(mark)
  return kept
}

/** What the bars show, for people who hear the page. */
function barWords({ waiting, bar, asleep }: TimelineRow, span: Span): string {
  const words = []
  if (waiting) words.push(`waited ${formatDuration(waiting.to - waiting.from)}`)
  if (bar) words.push(`started after ${formatDuration(bar.from - span.from)}`)
  if (asleep) words.push('slept')
  return words.join(', ')
}
