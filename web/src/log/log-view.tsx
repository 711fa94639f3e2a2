import { ChevronDownIcon, ChevronRightIcon } from '@primer/octicons-react'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ActionsJob } from '../../../contract/mirror.ts'
import { Duration } from '../components/duration.tsx'
import { runLook, StateIcon } from '../components/state-icon.tsx'
import styles from './log.module.css'
import { LogBar } from './log-bar.tsx'
import { LogLine } from './log-line.tsx'
import { groupAround, readPlace, rowsOfLog } from './log-rows.ts'
import { findLines, type LogText } from './log-text.ts'
import { sectionsOf } from './sections.ts'

/** The steps of a job, each with its lines once the log is there; only what is near the screen is drawn. */
export function LogView({ job, log, dropped }: { job: ActionsJob; log: LogText | null; dropped: number }) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const place = readPlace(useLocation({ select: ({ hash }) => hash }))
  const navigate = useNavigate()
  const sections = useMemo(
    () => (log ? sectionsOf(log, job.steps) : job.steps.map((step) => ({ step, first: 0, end: 0 }))),
    [log, job.steps],
  )
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map())
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const [stamps, setStamps] = useState(false)
  const [words, setWords] = useState('')
  const [match, setMatch] = useState(0)
  const found = useMemo(() => (log ? findLines(log, words) : []), [log, words])

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

  /** Opens what a line is in, and scrolls to it once it is among the rows. */
  const [wanted, setWanted] = useState<number | null>(null)
  const show = (line: number) => {
    const section = sections.find(({ first, end }) => line >= first && line < end)
    if (!log || !section) return
    const group = groupAround(log, section, line)
    if (group !== null) setUnfolded((held) => new Set([...held, group]))
    setToggled((held) => new Map([...held, [section.step.number, true]]))
    setWanted(line)
  }
  const showPlace = useEffectEvent(() => {
    const section = place && sections.find(({ step }) => step.number === place.step)
    if (section) show(section.first + place.line - 1)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is gone to when the log comes, and when the address names another
  useEffect(() => showPlace(), [log, place?.step, place?.line])
  const scroll = useEffectEvent(() => {
    const at = rows.findIndex((row) => row.kind === 'line' && row.line === wanted)
    if (at === -1) return
    virtual.scrollToIndex(at, { align: 'center' })
    setWanted(null)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what it waits for
  useEffect(() => {
    if (wanted !== null) scroll()
  }, [wanted, rows])

  const step = (by: number) => {
    if (found.length === 0) return
    const next = (match + by + found.length) % found.length
    setMatch(next)
    show(found[next]!)
  }
  const search = (next: string) => {
    setWords(next)
    setMatch(0)
    const [first] = log ? findLines(log, next, 1) : []
    if (first !== undefined) show(first)
  }

  return (
    <section aria-label={`Log of ${job.name}`}>
      {log && (
        <LogBar
          words={words}
          onSearch={search}
          count={found.length}
          match={match}
          onStep={step}
          stamps={stamps}
          onStamps={setStamps}
          name={job.name}
          log={log}
        />
      )}
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
                    (words !== '' && found[match] === row.line)
                  }
                  stamps={stamps}
                  words={words}
                  onFold={() =>
                    setUnfolded((held) => {
                      const next = new Set(held)
                      if (!next.delete(row.line)) next.add(row.line)
                      return next
                    })
                  }
                  onChoose={() =>
                    void navigate({
                      to: '.',
                      search: (held) => held,
                      hash: `step:${row.section.step.number}:${row.line - row.section.first + 1}`,
                      replace: true,
                      resetScroll: false,
                      hashScrollIntoView: false,
                    })
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
