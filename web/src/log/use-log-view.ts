import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { findLines, type LogText } from './log-text.ts'

// What the views of logs keep besides the log, whoever wrote it: a command of ours or a job of GitHub's.

/** What the bar above a log holds, and the line of the match that was gone to; `show` goes to a line. */
export function useLogBar(log: LogText | null, show: (line: number) => void) {
  const [words, setWords] = useState('')
  const [match, setMatch] = useState(0)
  const [stamps, setStamps] = useState(false)
  const found = useMemo(() => (log ? findLines(log, words) : []), [log, words])
  const onStep = (by: number) => {
    if (found.length === 0) return
    const next = (match + by + found.length) % found.length
    setMatch(next)
    show(found[next]!)
  }
  const onSearch = (next: string) => {
    setWords(next)
    setMatch(0)
    const [first] = log ? findLines(log, next, 1) : []
    if (first !== undefined) show(first)
  }
  return {
    matched: words === '' ? undefined : found[match],
    bar: { words, onSearch, count: found.length, match, onStep, stamps, onStamps: setStamps },
  }
}

/** The groups of a log that are unfolded. */
export function useUnfolded() {
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  return {
    unfolded,
    unfold: (group: number) => setUnfolded((held) => new Set([...held, group])),
    toggle: (group: number) =>
      setUnfolded((held) => {
        const next = new Set(held)
        if (!next.delete(group)) next.add(group)
        return next
      }),
  }
}

/** Goes to a line once it is among the rows. */
export function useGoToLine(
  rows: readonly unknown[],
  { placeOf, scrollTo }: { placeOf: (line: number) => number; scrollTo: (place: number) => void },
): (line: number) => void {
  const [wanted, setWanted] = useState<number | null>(null)
  const scroll = useEffectEvent((line: number) => {
    const at = placeOf(line)
    if (at === -1) return
    scrollTo(at)
    setWanted(null)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are what it waits for
  useEffect(() => {
    if (wanted !== null) scroll(wanted)
  }, [wanted, rows])
  return setWanted
}

/** Writes the line that somebody chose into the address. */
export function useChooseLine(): (hash: string) => void {
  const navigate = useNavigate()
  return (hash) =>
    void navigate({
      to: '.',
      search: (held) => held,
      hash,
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    })
}
