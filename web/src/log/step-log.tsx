import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useLiveLog } from '../data/live.ts'
import { type StepLog as Kept, stepLogQuery } from '../data/run-queries.ts'
import styles from './log.module.css'
import { LogBar } from './log-bar.tsx'
import { LogLine } from './log-line.tsx'
import { groupAround, linesOf, readPlace } from './log-rows.ts'
import { findLines } from './log-text.ts'

/** How often a log is asked for that another process of the hub may write. */
const lookMs = 3_000

interface Place {
  runId: string
  job: string
  step: string
}

/** What a command has said, and while it runs what it says. */
export const StepLog = memo(function StepLog({
  runId,
  job,
  step,
  number,
  name,
  live,
}: Place & { number: number; name: string; live: boolean }) {
  const place = { runId, job, step }
  const query = useQuery({ ...stepLogQuery(place), refetchInterval: live ? lookMs : false })
  const more = () => void query.refetch({ cancelRefetch: false })
  const asking = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(asking.current), [])
  useLiveLog(place, () => {
    // A long log is drawn anew less often.
    const pause = Math.min(2_000, (query.data?.log.count ?? 0) / 200)
    asking.current ??= setTimeout(() => {
      asking.current = undefined
      more()
    }, pause)
  })
  const readRest = useEffectEvent(more)
  useEffect(() => {
    // The last lines are kept before the step is over.
    if (!live) readRest()
  }, [live])
  if (query.data) return <Lines kept={query.data} number={number} name={name} live={live} />
  return (
    <p className={styles.note} role="status">
      {query.isError && !live ? query.error.message : 'The log begins.'}
    </p>
  )
})

function Lines({ kept, number, name, live }: { kept: Kept; number: number; name: string; live: boolean }) {
  const { log, dropped } = kept
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const place = readPlace(useLocation({ select: ({ hash }) => hash }))
  const chosen = place?.step === number ? place.line - 1 : null
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const [stamps, setStamps] = useState(false)
  const [words, setWords] = useState('')
  const [match, setMatch] = useState(0)
  /** The end is followed until somebody goes elsewhere. */
  const [follows, setFollows] = useState(live && chosen === null)
  const found = useMemo(() => findLines(log, words), [log, words])
  const rows = useMemo(() => linesOf(log, { first: 0, end: log.count }, unfolded), [log, unfolded])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    getItemKey: (at) => rows[at]!.line,
    overscan: 20,
  })

  const [wanted, setWanted] = useState<number | null>(chosen)
  const show = (line: number) => {
    const group = groupAround(log, { first: 0 }, line)
    if (group !== null) setUnfolded((held) => new Set([...held, group]))
    setFollows(false)
    setWanted(line)
  }
  const showChosen = useEffectEvent(() => chosen !== null && show(chosen))
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is gone to when the address names another
  useEffect(() => void showChosen(), [chosen])
  const scroll = useEffectEvent(() => {
    const at = rows.findIndex(({ line }) => line === wanted)
    if (at === -1) return
    virtual.scrollToIndex(at, { align: 'center' })
    setWanted(null)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what it waits for
  useEffect(() => {
    if (wanted !== null) scroll()
  }, [wanted, rows])
  const toEnd = useEffectEvent(
    () => rows.length > 0 && virtual.scrollToIndex(rows.length - 1, { align: 'end' }),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with the rows
  useEffect(() => {
    if (follows && live) toEnd()
  }, [follows, live, rows])

  const go = (by: number) => {
    if (found.length === 0) return
    const next = (match + by + found.length) % found.length
    setMatch(next)
    show(found[next]!)
  }
  const search = (next: string) => {
    setWords(next)
    setMatch(0)
    const [first] = findLines(log, next, 1)
    if (first !== undefined) show(first)
  }
  return (
    <section aria-label={`Log of ${name}`}>
      <LogBar
        words={words}
        onSearch={search}
        count={found.length}
        match={match}
        onStep={go}
        stamps={stamps}
        onStamps={setStamps}
        name={name}
        log={log}
      />
      {dropped > 0 && (
        <p className={styles.note}>
          {Math.ceil(dropped / 2 ** 20).toLocaleString('en')} MB before these were left out: the log is too
          long to be kept whole.
        </p>
      )}
      <section
        ref={box}
        className={styles.scroller}
        aria-label="Lines"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          live && setFollows(scrollHeight - scrollTop - clientHeight < 40)
        }
      >
        <div className={styles.log} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const { line, folds, within } = rows[index]!
            const hash = `step:${number}:${line + 1}`
            return (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className={styles.place}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogLine
                  log={log}
                  line={line}
                  number={line + 1}
                  href={`#${hash}`}
                  folds={folds ? unfolded.has(line) : null}
                  within={within}
                  chosen={line === chosen || (words !== '' && found[match] === line)}
                  stamps={stamps}
                  words={words}
                  onFold={() =>
                    setUnfolded((held) => {
                      const next = new Set(held)
                      if (!next.delete(line)) next.add(line)
                      return next
                    })
                  }
                  onChoose={() =>
                    void navigate({
                      to: '.',
                      search: (held) => held,
                      hash,
                      replace: true,
                      resetScroll: false,
                      hashScrollIntoView: false,
                    })
                  }
                />
              </div>
            )
          })}
        </div>
      </section>
    </section>
  )
}
