import { ChevronDownIcon, ChevronRightIcon } from '@primer/octicons-react'
import { useLocation } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ActionsJob } from '../../../contract/mirror.ts'
import { Duration } from '../components/duration.tsx'
import { runLook, StateIcon } from '../components/state-icon.tsx'
import styles from './log.module.css'
import { LogBar } from './log-bar.tsx'
import { LogLine } from './log-line.tsx'
import { groupAround, readPlace, rowsOfLog } from './log-rows.ts'
import type { LogText } from './log-text.ts'
import { sectionsOf } from './sections.ts'
import { useChooseLine, useGoToLine, useLogBar, useUnfolded } from './use-log-view.ts'

/** The steps of a job, each with its lines once the log is there; only what is near the screen is drawn. */
export function LogView({ job, log, dropped }: { job: ActionsJob; log: LogText | null; dropped: number }) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const place = readPlace(useLocation({ select: ({ hash }) => hash }))
  const choose = useChooseLine()
  const sections = useMemo(
    () => (log ? sectionsOf(log, job.steps) : job.steps.map((step) => ({ step, first: 0, end: 0 }))),
    [log, job.steps],
  )
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map())
  const { unfolded, unfold, toggle } = useUnfolded()

  const open = useMemo(
    () =>
      new Set(
        job.steps
          .filter(
            ({ number, conclusion }) =>
              toggled.get(number) ?? (conclusion === 'failure' || number === place?.step),
          )
          .map(({ number }) => number),
      ),
    [job.steps, toggled, place?.step],
  )
  const rows = useMemo(() => rowsOfLog(log, sections, { open, unfolded }), [log, sections, open, unfolded])

  useLayoutEffect(() => {
    if (!box.current) return
    const measure = () => box.current && setTop(box.current.getBoundingClientRect().top + window.scrollY)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (at) => (rows[at]!.kind === 'step' ? 40 : 20),
    getItemKey: (at) => {
      const row = rows[at]!
      return row.kind === 'step' ? `s${row.section.step.number}` : row.line
    },
    overscan: 40,
    scrollMargin: top,
  })

  const goTo = useGoToLine(rows, {
    placeOf: (line) => rows.findIndex((row) => row.kind === 'line' && row.line === line),
    scrollTo: (at) => virtual.scrollToIndex(at, { align: 'center' }),
  })
  /** Opens what a line is in, and goes to it. */
  const show = (line: number) => {
    const section = sections.find(({ first, end }) => line >= first && line < end)
    if (!log || !section) return
    const group = groupAround(log, section, line)
    if (group !== null) unfold(group)
    setToggled((held) => new Map([...held, [section.step.number, true]]))
    goTo(line)
  }
  const { matched, bar } = useLogBar(log, show)
  const showPlace = useEffectEvent(() => {
    const section = place && sections.find(({ step }) => step.number === place.step)
    if (section) show(section.first + place.line - 1)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is gone to when the log comes, and when the address names another
  useEffect(() => showPlace(), [log, place?.step, place?.line])

  return (
    <section aria-label={`Log of ${job.name}`}>
      {log && <LogBar {...bar} name={job.name} log={log} />}
      {dropped > 0 && (
        <p className={styles.note}>
          {dropped.toLocaleString('en')} lines before these were left out: the log is too long to be kept
          whole.
        </p>
      )}
      <div ref={box} className={styles.log} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]!
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className={styles.place}
              style={{ transform: `translateY(${start - top}px)` }}
            >
              {row.kind === 'step' ? (
                <StepHead
                  step={row.section.step}
                  open={open.has(row.section.step.number)}
                  foldable={log !== null && row.section.end > row.section.first}
                  onToggle={() =>
                    setToggled((held) => {
                      const { number } = row.section.step
                      return new Map([...held, [number, !open.has(number)]])
                    })
                  }
                />
              ) : (
                <LogLine
                  log={log!}
                  line={row.line}
                  number={row.line - row.section.first + 1}
                  href={`#step:${row.section.step.number}:${row.line - row.section.first + 1}`}
                  folds={row.folds ? unfolded.has(row.line) : null}
                  within={row.within}
                  chosen={
                    (place?.step === row.section.step.number &&
                      place.line === row.line - row.section.first + 1) ||
                    row.line === matched
                  }
                  stamps={bar.stamps}
                  words={bar.words}
                  onFold={() => toggle(row.line)}
                  onChoose={() =>
                    choose(`step:${row.section.step.number}:${row.line - row.section.first + 1}`)
                  }
                />
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

function StepHead({
  step,
  open,
  foldable,
  onToggle,
}: {
  step: ActionsJob['steps'][number]
  open: boolean
  foldable: boolean
  onToggle: () => void
}) {
  const facts = (
    <>
      <StateIcon look={runLook(step)} />
      <span className={styles.name}>{step.name}</span>
      <span className={styles.took}>
        <Duration from={step.started_at} to={step.completed_at} />
      </span>
    </>
  )
  if (!foldable) return <div className={styles.step}>{facts}</div>
  return (
    <button type="button" className={styles.step} aria-expanded={open} onClick={onToggle}>
      {open ? <ChevronDownIcon /> : <ChevronRightIcon />}
      {facts}
    </button>
  )
}
