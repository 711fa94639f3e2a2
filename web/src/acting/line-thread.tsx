import { Button } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReviewComment } from '../../../contract/review-comments.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { pullRequestQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { Composer } from './composer.tsx'
import styles from './line-thread.module.css'
import { SaidComment } from './said-comment.tsx'
import { WithSuggestions } from './suggestion.tsx'

/** What was said on one line, with a place to answer, and the word that it is settled. */
export function LineThread({ subject, comments }: { subject: Subject; comments: readonly ReviewComment[] }) {
  const first = comments[0]!
  const { fullName, number } = subject
  const [text, setText] = useState<string | null>(null)
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const threads = useInfiniteQuery(plainQuery('review_thread', fullName, { under: number, limit: 100 }))
  const resolved = itemsOf(threads).some((thread) => thread.id === first.id && thread.resolved)
  const author = queryClient.getQueryData(pullRequestQuery(fullName, number).queryKey)?.user?.login ?? null
  const send = () => {
    const body = text?.trim()
    if (!body) return
    setText(null)
    wish({
      name: 'line.reply',
      values: { id: first.id },
      body: { body },
      label: `answer on ${first.path}`,
      onRefused: () => setText(body),
    })
  }
  const settle = () =>
    wish({
      name: resolved ? 'thread.unresolve' : 'thread.resolve',
      values: { id: first.id },
      label: `${resolved ? 'open' : 'resolve'} the thread on ${first.path}${resolved ? ' again' : ''}`,
    })
  return (
    <div className={styles.thread}>
      <ol className={styles.comments} aria-label={`Said on ${first.path}`}>
        {comments.map((comment) => (
          <SaidComment
            key={comment.id}
            subject={subject}
            comment={comment}
            on="line"
            draw={(body) => <WithSuggestions {...{ subject, body, comment, resolved }} />}
          />
        ))}
      </ol>
      {text === null ? (
        <div className={styles.actions}>
          {may('line.reply') && (
            <Button size="small" onClick={() => setText('')}>
              Reply
            </Button>
          )}
          {may('thread.resolve', { author }) && (
            <Button size="small" onClick={settle}>
              {resolved ? 'Unresolve' : 'Resolve'} conversation
            </Button>
          )}
        </div>
      ) : (
        <Composer
          label="Reply"
          fullName={fullName}
          value={text}
          onChange={setText}
          onSend={send}
          autoFocus
          actions={
            <>
              <Button onClick={() => setText(null)}>Cancel</Button>
              <Button variant="primary" disabled={!text.trim()} onClick={send}>
                Reply
              </Button>
            </>
          }
        />
      )}
    </div>
  )
}
