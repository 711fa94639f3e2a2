import { CheckIcon, EyeIcon, FileDiffIcon, type Icon, XIcon } from '@primer/octicons-react'
import { Button, FormControl, TextInput } from '@primer/react'
import { type FormEvent, useState } from 'react'
import type { Review } from '../../../contract/mirror.ts'
import styles from '../components/conversation.module.css'
import { RelativeTime } from '../components/relative-time.tsx'
import { Said } from '../components/said.tsx'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import form from './inline-form.module.css'

const verdicts: Record<string, { icon: Icon; tone: string; words: string }> = {
  APPROVED: { icon: CheckIcon, tone: 'approved', words: 'approved these changes' },
  CHANGES_REQUESTED: { icon: FileDiffIcon, tone: 'requested', words: 'requested changes' },
  DISMISSED: { icon: XIcon, tone: 'plain', words: 'had a review dismissed' },
}

/** A review; a verdict can be dismissed by whoever may, with the reason. */
export function ReviewEntry({ subject, review }: { subject: Subject; review: Review }) {
  const [dismissing, setDismissing] = useState(false)
  const { may } = useRights(subject.fullName)
  const verdict = verdicts[review.state] ?? { icon: EyeIcon, tone: 'plain', words: 'reviewed' }
  const Glyph = verdict.icon
  const badge = (
    <span className={`${styles.badge} ${styles[verdict.tone]}`}>
      <Glyph size={12} />
    </span>
  )
  const isVerdict = review.state === 'APPROVED' || review.state === 'CHANGES_REQUESTED'
  const dismiss = isVerdict && may('review.dismiss') && !dismissing && (
    <Button size="small" variant="invisible" onClick={() => setDismissing(true)}>
      Dismiss
    </Button>
  )
  const dialog = dismissing && (
    <Dismissal subject={subject} review={review} onClose={() => setDismissing(false)} />
  )
  if (review.body) {
    return (
      <Said
        fullName={subject.fullName}
        user={review.user}
        at={review.submitted_at}
        word={
          <>
            {badge} {verdict.words}
          </>
        }
        body={review.body}
        aside={dismiss}
        foot={dialog}
      />
    )
  }
  return (
    <li className={styles.event}>
      {badge}
      <span>
        <strong>{review.user?.login ?? 'ghost'}</strong> {verdict.words}{' '}
        <RelativeTime at={review.submitted_at} />
      </span>
      {dismiss}
      {dialog}
    </li>
  )
}

function Dismissal({ subject, review, onClose }: { subject: Subject; review: Review; onClose: () => void }) {
  const [message, setMessage] = useState('')
  const { wish } = useActs(subject)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!message.trim()) return
    onClose()
    wish({
      name: 'review.dismiss',
      values: { id: review.id },
      body: { message: message.trim() },
      label: `dismiss the review of ${review.user?.login ?? 'ghost'}`,
    })
  }
  return (
    <form className={form.form} onSubmit={submit}>
      <FormControl>
        <FormControl.Label>Why it is dismissed</FormControl.Label>
        <TextInput autoFocus block value={message} onChange={(event) => setMessage(event.target.value)} />
      </FormControl>
      <Button type="submit" variant="danger" disabled={!message.trim()}>
        Dismiss review
      </Button>
      <Button onClick={onClose}>Cancel</Button>
    </form>
  )
}
