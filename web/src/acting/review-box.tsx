import { CheckIcon, CommentIcon, FileDiffIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useState } from 'react'
import type { PullRequest } from '../../../contract/mirror.ts'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { useMe } from '../data/use-session.ts'
import { Composer } from './composer.tsx'
import { keepDraft, readDraft } from './drafts.ts'

/** Says what one thinks of the head that is shown: approves it, requests changes, or comments. */
export function ReviewBox({
  subject,
  pull,
  onDone,
}: {
  subject: Subject
  pull: PullRequest
  onDone: () => void
}) {
  const place = `review ${subject.fullName}#${subject.number}`
  const [text, setText] = useState(() => readDraft(place))
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const me = useMe()
  const isMine = me?.login === pull.user?.login
  if (!may('review.write')) return null
  const write = (next: string) => {
    setText(next)
    keepDraft(place, next)
  }
  const send = (event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT') => {
    const body = text.trim()
    if (!body && event !== 'APPROVE') return
    write('')
    wish({
      name: 'review.write',
      body: { event, commit_id: pull.head.sha, ...(body && { body }) },
      label: `review #${subject.number}`,
      onRefused: () => keepDraft(place, body),
    })
    onDone()
  }
  return (
    <section aria-label="Review">
      <Composer
        label="Review"
        fullName={subject.fullName}
        value={text}
        onChange={write}
        onSend={() => send('COMMENT')}
        autoFocus
        actions={
          <>
            <Button leadingVisual={CommentIcon} disabled={!text.trim()} onClick={() => send('COMMENT')}>
              Comment
            </Button>
            {/* GitHub lets nobody judge their own work. */}
            {!isMine && (
              <>
                <Button
                  leadingVisual={FileDiffIcon}
                  disabled={!text.trim()}
                  onClick={() => send('REQUEST_CHANGES')}
                >
                  Request changes
                </Button>
                <Button variant="primary" leadingVisual={CheckIcon} onClick={() => send('APPROVE')}>
                  Approve
                </Button>
              </>
            )}
          </>
        }
      />
    </section>
  )
}
