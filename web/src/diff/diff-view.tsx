import { CheckIcon, ChevronDownIcon, ChevronRightIcon, PlusIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { PullFile } from '../../../contract/pull-files.ts'
import { AnnotationNote } from './annotation-note.tsx'
import { colourLine } from './colour-line.ts'
import styles from './diff-view.module.css'
import type { DiffLine } from './read-patch.ts'
import { type LinePlace, placeOf, type Row } from './rows.ts'

/** All files of a diff below each other; only what is near the screen is drawn. */
export function DiffView({
  rows,
  mayComment,
  onWrite,
  onViewed,
  thread,
  composer,
}: {
  rows: readonly Row[]
  mayComment: boolean
  onWrite: (place: LinePlace) => void
  onViewed: (file: PullFile) => void
  thread: (row: Extract<Row, { kind: 'thread' }>) => ReactNode
  composer: (place: LinePlace) => ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (box.current) setTop(box.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (at) => heights[rows[at]!.kind],
    getItemKey: (at) => rows[at]!.key,
    overscan: 16,
    scrollMargin: top,
  })
  const write = mayComment ? onWrite : null
  return (
    <div ref={box} className={styles.diff} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => (
        <div
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          className={styles.place}
          style={{ transform: `translateY(${start - top}px)` }}
        >
          {draw(rows[index]!)}
        </div>
      ))}
    </div>
  )

  function draw(row: Row): ReactNode {
    switch (row.kind) {
      case 'file':
        return <FileHead file={row.file} viewed={row.viewed} onViewed={() => onViewed(row.file)} />
      case 'line':
        return <OneLine line={row.line} path={row.path} onWrite={write} />
      case 'pair':
        return <TwoLines before={row.before} after={row.after} path={row.path} onWrite={write} />
      case 'thread':
        return thread(row)
      case 'annotation':
        return <AnnotationNote annotation={row.annotation} />
      case 'composer':
        return <div className={styles.said}>{composer(row.place)}</div>
      case 'note':
        return <p className={styles.note}>{row.text}</p>
    }
  }
}

const heights: Record<Row['kind'], number> = {
  file: 48,
  line: 20,
  pair: 20,
  thread: 140,
  annotation: 68,
  composer: 240,
  note: 44,
}

function FileHead({ file, viewed, onViewed }: { file: PullFile; viewed: boolean; onViewed: () => void }) {
  const { filename, previous_filename, additions, deletions } = file
  return (
    <div className={styles.file}>
      <h3 className={styles.name}>
        {viewed ? <ChevronRightIcon /> : <ChevronDownIcon />}
        {previous_filename && `${previous_filename} → `}
        {filename}
      </h3>
      <span className={styles.counts}>
        <span className={styles.plus}>+{additions}</span> <span className={styles.minus}>−{deletions}</span>
      </span>
      <Button
        size="small"
        aria-pressed={viewed}
        aria-label={`Viewed ${filename}`}
        leadingVisual={viewed ? CheckIcon : undefined}
        onClick={onViewed}
      >
        Viewed
      </Button>
    </div>
  )
}

type Write = ((place: LinePlace) => void) | null

/** A line never changes: scrolling draws only those that come near. */
const OneLine = memo(function OneLine({
  line,
  path,
  onWrite,
}: {
  line: DiffLine
  path: string
  onWrite: Write
}) {
  if (line.kind === 'hunk') return <div className={styles.hunk}>{line.text}</div>
  return (
    <div className={`${styles.line} ${styles[line.kind]}`}>
      <span className={styles.number}>{line.before}</span>
      <span className={styles.number}>{line.after}</span>
      <Words line={line} path={path} onWrite={onWrite} />
    </div>
  )
})

const TwoLines = memo(function TwoLines({
  before,
  after,
  path,
  onWrite,
}: {
  before: DiffLine | null
  after: DiffLine | null
  path: string
  onWrite: Write
}) {
  if (before?.kind === 'hunk') return <div className={styles.hunk}>{before.text}</div>
  const side = (line: DiffLine | null, number: number | null | undefined) =>
    line ? (
      <div className={`${styles.half} ${styles[line.kind]}`}>
        <span className={styles.number}>{number}</span>
        <Words line={line} path={path} onWrite={onWrite} />
      </div>
    ) : (
      <div className={`${styles.half} ${styles.nothing}`} />
    )
  return (
    <div className={styles.pair}>
      {side(before, before?.before)}
      {side(after, after?.after)}
    </div>
  )
})

const marks = { added: '+', removed: '−', context: ' ', hunk: '' }

function Words({ line, path, onWrite }: { line: DiffLine; path: string; onWrite: Write }) {
  const place = placeOf(path, line)
  return (
    <>
      <span className={styles.mark}>
        {marks[line.kind]}
        {place && onWrite && (
          <button
            type="button"
            className={styles.write}
            aria-label={`Comment on line ${place.line} of ${path}${place.side === 'LEFT' ? ' before' : ''}`}
            onClick={() => onWrite(place)}
          >
            <PlusIcon size={14} />
          </button>
        )}
      </span>
      <code className={styles.words}>
        {colourLine(line.text, path).map(({ text, kind }, at) =>
          kind === 'plain' ? (
            text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never move
            <span key={at} className={styles[`of-${kind}`]}>
              {text}
            </span>
          ),
        )}
      </code>
    </>
  )
}
