import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useLiveLog } from '../data/live.ts'
import { type StepLog as Kept, stepLogQuery } from '../data/run-queries.ts'
import styles from './log.module.css'
import { LogBar } from './log-bar.tsx'
import { LogLine } from './log-line.tsx'
import { groupAround, linesOf, readPlace } from './log-rows.ts'
import { useChooseLine, useGoToLine, useLogBar, useUnfolded } from './use-log-view.ts'

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
  const choose = useChooseLine()
  const place = readPlace(useLocation({ select: ({ hash }) => hash }))
  const chosen = place?.step === number ? place.line - 1 : null
  const { unfolded, unfold, toggle } = useUnfolded()
  /** The end is followed until somebody goes elsewhere. */
  const [follows, setFollows] = useState(live && chosen === null)
  const rows = useMemo(() => linesOf(log, { first: 0, end: log.count }, unfolded), [log, unfolded])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    getItemKey: (at) => rows[at]!.line,
    overscan: 20,
  })

  const goTo = useGoToLine(rows, {
    placeOf: (wanted) => rows.findIndex(({ line }) => line === wanted),
    scrollTo: (at) => virtual.scrollToIndex(at, { align: 'center' }),
  })
  const show = (line: number) => {
    const group = groupAround(log, { first: 0 }, line)
    if (group !== null) unfold(group)
    setFollows(false)
    goTo(line)
  }
  const { matched, bar } = useLogBar(log, show)
  const showChosen = useEffectEvent(() => chosen !== null && show(chosen))
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is gone to when the address names another
  useEffect(() => void showChosen(), [chosen])
  const toEnd = useEffectEvent(
    () => rows.length > 0 && virtual.scrollToIndex(rows.length - 1, { align: 'end' }),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the end moves with the rows
  useEffect(() => {
    if (follows && live) toEnd()
  }, [follows, live, rows])
  return (
    <section aria-label={`Log of ${name}`}>
      <LogBar {...bar} name={name} log={log} />
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
                  chosen={line === chosen || line === matched}
                  stamps={bar.stamps}
                  words={bar.words}
                  onFold={() => toggle(line)}
                  onChoose={() => choose(hash)}
                />
              </div>
            )
          })}
        </div>
      </section>
    </section>
  )
}
