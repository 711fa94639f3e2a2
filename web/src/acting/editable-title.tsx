import { PencilIcon } from '@primer/octicons-react'
import { Button, IconButton, TextInput } from '@primer/react'
import { type FormEvent, useState } from 'react'
import { editOf, type Subject, useActs, useRights } from '../data/acts.ts'
import styles from './editable-title.module.css'

/** The title and number of an issue or pull request; who may can change it in its place. */
export function EditableTitle({
  subject,
  item,
}: {
  subject: Subject
  item: { title: string; user: { login: string } | null }
}) {
  const [draft, setDraft] = useState<string | null>(null)
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const { title, user } = item
  const save = (event: FormEvent) => {
    event.preventDefault()
    const next = draft?.trim()
    setDraft(null)
    if (!next || next === title) return
    wish({
      name: editOf(subject),
      body: { title: next },
      label: `rename #${subject.number}`,
      shown: (held) => ({ ...held, title: next }),
      onRefused: () => setDraft(next),
    })
  }
  if (draft !== null) {
    return (
      <form className={styles.form} onSubmit={save}>
        <TextInput
          aria-label="Title"
          value={draft}
          maxLength={256}
          block
          autoFocus
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && setDraft(null)}
        />
        <Button type="submit" variant="primary">
          Save
        </Button>
        <Button onClick={() => setDraft(null)}>Cancel</Button>
      </form>
    )
  }
  return (
    <>
      {title} <span className="number">#{subject.number}</span>
      {may(editOf(subject), { author: user?.login ?? null, fields: ['title'] }) && (
        <IconButton
          icon={PencilIcon}
          size="small"
          variant="invisible"
          aria-label="Edit title"
          className={styles.edit}
          onClick={() => setDraft(title)}
        />
      )}
    </>
  )
}
