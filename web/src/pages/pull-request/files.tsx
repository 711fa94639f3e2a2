import { Button, SegmentedControl } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { PullRequest } from '../../../../contract/mirror.ts'
import type { PullFile } from '../../../../contract/pull-files.ts'
import type { ReviewComment } from '../../../../contract/review-comments.ts'
import { suggestionOf } from '../../../../contract/suggestions.ts'
import { BatchBar } from '../../acting/batch-bar.tsx'
import { Composer } from '../../acting/composer.tsx'
import { LineThread } from '../../acting/line-thread.tsx'
import { ReviewBox } from '../../acting/review-box.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { type Subject, useActs, useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import { pullRequestQuery } from '../../data/queries.ts'
import { DiffView } from '../../diff/diff-view.tsx'
import { readPatch } from '../../diff/read-patch.ts'
import { type LinePlace, rowsOf } from '../../diff/rows.ts'
import styles from './files.module.css'
import { pullFilesQuery } from './queries.ts'
import { useAnnotations } from './use-annotations.ts'
import { useViewed } from './use-viewed.ts'

/** What a pull request changes, with what is said on its lines, and a place to judge it. */
export function FilesTab() {
  const { owner, repo, number } = useParams({ from: '/app/repos/$owner/$repo/pulls/$number' })
  const subject = { fullName: `${owner}/${repo}`, number: Number(number), isPull: true }
  const pull = useQuery(pullRequestQuery(subject.fullName, subject.number)).data
  return pull ? <Files key={pull.head.sha} subject={subject} pull={pull} /> : <SkeletonRows />
}

function Files({ subject, pull }: { subject: Subject; pull: PullRequest }) {
  const { fullName, number } = subject
  const files = useInfiniteQuery(pullFilesQuery(fullName, number, pull.head.sha))
  const said = useInfiniteQuery(plainQuery('review_comment', fullName, { under: number, limit: 100 }))
  const [split, setSplit] = useState(() => window.innerWidth > 1200)
  const [writing, setWriting] = useState<LinePlace | null>(null)
  const [reviewing, setReviewing] = useState(false)
  const { may } = useRights(fullName)
  const { isViewed, toggle } = useViewed(subject)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = files
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const all: PullFile[] = itemsOf(files)
  const comments = itemsOf(said)
  const annotations = useAnnotations(fullName, pull.head.sha)
  const [annotated, setAnnotated] = useState(true)
  const rows = useMemo(
    () =>
      rowsOf(all, {
        ...{ split, viewed: isViewed, comments, writing },
        annotations: annotated ? annotations : [],
      }),
    [all, split, isViewed, comments, writing, annotated, annotations],
  )
  if (files.isError) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />
  if (files.isPending) return <SkeletonRows />
  const seen = all.filter(isViewed).length
  return (
    <>
      <div className={styles.bar}>
        <span>
          {all.length} {all.length === 1 ? 'file' : 'files'}
          {seen > 0 && `, ${seen} viewed`}
        </span>
        <SegmentedControl aria-label="Layout of the diff" size="small" onChange={(at) => setSplit(at === 1)}>
          <SegmentedControl.Button selected={!split}>Unified</SegmentedControl.Button>
          <SegmentedControl.Button selected={split}>Split</SegmentedControl.Button>
        </SegmentedControl>
        {annotations.length > 0 && (
          <Button
            size="small"
            aria-pressed={annotated}
            count={annotations.length}
            onClick={() => setAnnotated(!annotated)}
          >
            Annotations
          </Button>
        )}
        {pull.state === 'open' && may('review.write') && (
          <Button
            variant="primary"
            size="small"
            aria-expanded={reviewing}
            onClick={() => setReviewing(!reviewing)}
          >
            Review changes
          </Button>
        )}
      </div>
      {reviewing && <ReviewBox subject={subject} pull={pull} onDone={() => setReviewing(false)} />}
      <DiffView
        rows={rows}
        mayComment={may('line.comment')}
        onWrite={setWriting}
        onViewed={toggle}
        thread={({ comments: thread }) => <LineThread subject={subject} comments={thread} />}
        composer={(place) => (
          <LineComposer
            key={`${place.path} ${place.line} ${place.side}`}
            {...{ subject, pull, place }}
            line={textAt(all, place)}
            comments={comments}
            onClose={() => setWriting(null)}
          />
        )}
      />
      <BatchBar subject={subject} />
    </>
  )
}

function LineComposer({
  subject,
  pull,
  place,
  line,
  comments,
  onClose,
}: {
  subject: Subject
  pull: PullRequest
  place: LinePlace
  /** What stands on the line; null where nothing can be suggested. */
  line: string | null
  /** What was said on the pull request's lines. */
  comments: readonly ReviewComment[]
  onClose: () => void
}) {
  const [text, setText] = useState('')
  const { wish } = useActs(subject)
  const [sending, setSending] = useState(false)
  const said = text.trim()
  // GitHub's webhook may be here before its answer: what was said does not stand there twice.
  const isThere = sending && comments.some((one) => one.body === said && isAt(one, place))
  if (isThere) return null
  const send = () => {
    const body = said
    if (!body || sending) return
    setSending(true)
    wish({
      name: 'line.comment',
      body: { ...place, body, commit_id: pull.head.sha },
      label: `comment on ${place.path}`,
      onDone: () => {
        onClose()
      },
      onRefused: () => setSending(false),
    })
  }
  return (
    <Composer
      label={`Comment on line ${place.line}`}
      fullName={subject.fullName}
      value={text}
      onChange={setText}
      onSend={send}
      autoFocus
      actions={
        <>
          {line !== null && (
            <Button onClick={() => setText((typed) => (typed ? `${typed}\n\n` : '') + suggestionOf([line]))}>
              Add a suggestion
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={sending} disabled={!text.trim()} onClick={send}>
            Comment
          </Button>
        </>
      }
    />
  )
}

const isAt = ({ path, line, side }: ReviewComment, place: LinePlace) =>
  path === place.path && line === place.line && (side ?? 'RIGHT') === place.side

/** The text of a line as it is now; null for one that is gone. */
function textAt(files: readonly PullFile[], { path, line, side }: LinePlace): string | null {
  const patch = side === 'RIGHT' && files.find(({ filename }) => filename === path)?.patch
  return (patch && readPatch(patch).find(({ after }) => after === line)?.text) || null
}
