import { Button, TextInput } from '@primer/react'
import { type FormEvent, useState } from 'react'
import { type Subject, useWishes } from '../data/acts.ts'
import styles from './suggestion.module.css'
import { useApplySuggestions, useBatch } from './suggestion-batch.ts'

/** What was collected of the suggestions of a pull request, to be applied as one commit; nothing: no bar. */
export function BatchBar({ subject }: { subject: Subject }) {
  const { picked, clear } = useBatch(subject)
  const apply = useApplySuggestions(subject)
  const [message, setMessage] = useState('')
  const isApplying = useWishes(subject).some(({ name }) => name === 'suggestions.apply')
  if (picked.length === 0) return null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isApplying) apply(picked, message.trim())
  }
  return (
    <form className={styles.batch} aria-label="Collected suggestions" onSubmit={submit}>
      <strong role="status">
        {picked.length} {picked.length === 1 ? 'suggestion' : 'suggestions'}
      </strong>
      <TextInput
        size="small"
        className={styles.message}
        aria-label="Commit message"
        placeholder="Apply suggestions from code review"
        maxLength={1_000}
        value={message}
        onChange={({ target }) => setMessage(target.value)}
      />
      <Button size="small" onClick={clear}>
        Clear
      </Button>
      <Button size="small" type="submit" variant="primary" loading={isApplying}>
        Commit suggestions
      </Button>
    </form>
  )
}
