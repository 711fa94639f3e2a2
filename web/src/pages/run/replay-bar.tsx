import { PlayIcon, SquareIcon, XIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { useEffect, useEffectEvent, useState } from 'react'
import type { RunState } from '../../../../contract/run.ts'
import { formatDuration } from '../../components/duration.tsx'
import { asRunChange, type RunJournal } from '../../data/run-journal.ts'
import { millis } from '../../graph/graph-job.ts'
import { describeChange } from './describe-change.ts'
import styles from './run.module.css'

/** A replay takes about this long, however long the run took. */
const replayMs = 10_000
const shortestBeat = 60
const longestBeat = 900

/**
 * Moves through a finished run, one entry of its journal at a time: by hand, or by itself at the run's own rhythm.
 *
 * @param at the number of the entry whose moment is shown; null: the end
 */
export function ReplayBar({
  journal,
  run,
  at,
  onMove,
}: {
  journal: RunJournal
  run: RunState
  at: number | null
  onMove: (at: number | undefined) => void
}) {
  const { entries } = journal
  const last = entries.length - 1
  const found = entries.findIndex((entry) => entry.n === at)
  const index = found < 0 ? last : found
  const [playing, setPlaying] = useState(false)

  const began = millis(entries[0]!.at)
  const total = Math.max(1, millis(entries[last]!.at) - began)
  const move = (to: number) => onMove(to >= last ? undefined : entries[to]!.n)
  const step = useEffectEvent(() => {
    if (index + 1 >= last) setPlaying(false)
    move(index + 1)
  })
  const gap = index < last ? millis(entries[index + 1]!.at) - millis(entries[index]!.at) : 0
  const beat = Math.min(longestBeat, Math.max(shortestBeat, (gap / total) * replayMs))
  // biome-ignore lint/correctness/useExhaustiveDependencies: every step starts the next beat
  useEffect(() => {
    if (!playing) return
    const timer = setTimeout(step, beat)
    return () => clearTimeout(timer)
  }, [playing, beat, index])

  const entry = entries[index]!
  const words = describeChange(asRunChange(entry), run)
  const after = formatDuration(millis(entry.at) - began)
  return (
    <div className={styles.replay}>
      <IconButton
        size="small"
        variant="invisible"
        icon={playing ? SquareIcon : PlayIcon}
        aria-label={playing ? 'Stop the replay' : 'Replay the run'}
        onClick={() => {
          if (!playing && index >= last) move(0)
          setPlaying(!playing)
        }}
      />
      <input
        className={styles.scrubber}
        type="range"
        aria-label="Moment of the run"
        aria-valuetext={`${after}: ${words}`}
        min={0}
        max={last}
        value={index}
        onChange={(event) => {
          setPlaying(false)
          move(event.target.valueAsNumber)
        }}
      />
      <span className={styles.moment}>
        <span className="numbers">{after}</span> <span className={styles.words}>{words}</span>
      </span>
      <IconButton
        size="small"
        variant="invisible"
        icon={XIcon}
        aria-label="Back to the end of the run"
        className={at === null ? styles.away : undefined}
        disabled={at === null}
        onClick={() => {
          setPlaying(false)
          onMove(undefined)
        }}
      />
    </div>
  )
}
