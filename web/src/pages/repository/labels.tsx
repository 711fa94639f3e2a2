import { PencilIcon, TagIcon } from '@primer/octicons-react'
import { Button, FormControl, IconButton, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { RepositoryLabel } from '../../../../contract/mirror.ts'
import { ConfirmDelete } from '../../acting/confirm-delete.tsx'
import { labelsQuery } from '../../acting/queries.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LabelPill } from '../../components/label-pill.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { dropItem, type Subject, useActs, useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import styles from './manage.module.css'

/** What issues and pull requests of the repository are sorted by: created, renamed, coloured and deleted here. */
export function LabelsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/labels' })
  const subject = { fullName: `${owner}/${repo}`, number: 0 }
  const query = useInfiniteQuery(labelsQuery(subject.fullName))
  const labels: RepositoryLabel[] = itemsOf(query)
  const { may } = useRights(subject.fullName)
  const [editing, setEditing] = useState<number | 'new' | null>(null)
  const close = () => setEditing(null)
  if (query.isPending) return <SkeletonRows />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <>
      {may('label.create') && (
        <div className={styles.bar}>
          <Button variant="primary" onClick={() => setEditing('new')}>
            New label
          </Button>
        </div>
      )}
      {editing === 'new' && <LabelForm subject={subject} onClose={close} />}
      {labels.length === 0 && (
        <EmptyState icon={TagIcon} title="No labels yet">
          Labels sort issues and pull requests: what they are about, how urgent they are.
        </EmptyState>
      )}
      <ul className={labels.length > 0 ? styles.list : undefined} aria-label="Labels">
        {labels.map((label) =>
          editing === label.id ? (
            <li key={label.id} className={styles.item}>
              <LabelForm subject={subject} label={label} onClose={close} />
            </li>
          ) : (
            <li key={label.id} className={styles.item}>
              <span className={styles.name}>
                <LabelPill label={label} /> <span className={styles.quiet}>{label.description}</span>
              </span>
              {may('label.edit') && (
                <LabelActions {...{ subject, label }} onEdit={() => setEditing(label.id)} />
              )}
            </li>
          ),
        )}
      </ul>
    </>
  )
}

function LabelActions({
  subject,
  label,
  onEdit,
}: {
  subject: Subject
  label: RepositoryLabel
  onEdit: () => void
}) {
  const { wish } = useActs(subject)
  const { id, name } = label
  return (
    <>
      <IconButton
        icon={PencilIcon}
        size="small"
        variant="invisible"
        aria-label={`Edit label ${name}`}
        onClick={onEdit}
      />
      <ConfirmDelete
        what={`label ${name}`}
        onDelete={() =>
          wish({
            name: 'label.delete',
            values: { name },
            label: `delete the label ${name}`,
            onDone: () => dropItem('label', id, subject),
          })
        }
      >
        It goes from every issue and pull request that carries it.
      </ConfirmDelete>
    </>
  )
}

function LabelForm({
  subject,
  label,
  onClose,
}: {
  subject: Subject
  label?: RepositoryLabel
  onClose: () => void
}) {
  const [name, setName] = useState(label?.name ?? '')
  const [description, setDescription] = useState(label?.description ?? '')
  const [color, setColor] = useState(`#${label?.color ?? '0969da'}`)
  const { wish } = useActs(subject)
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return
    const told = { color: color.slice(1), description: description.trim() }
    onClose()
    if (label) {
      const body = { ...told, ...(name.trim() !== label.name && { new_name: name.trim() }) }
      wish({ name: 'label.edit', values: { name: label.name }, body, label: `edit the label ${label.name}` })
    } else {
      wish({ name: 'label.create', body: { name: name.trim(), ...told }, label: `create the label ${name}` })
    }
  }
  return (
    <form className={styles.form} onSubmit={save} aria-label={label ? `Edit ${label.name}` : 'New label'}>
      <FormControl required>
        <FormControl.Label>Name</FormControl.Label>
        <TextInput
          block
          autoFocus
          maxLength={50}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </FormControl>
      <FormControl>
        <FormControl.Label>Description</FormControl.Label>
        <TextInput
          block
          maxLength={100}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </FormControl>
      <FormControl>
        <FormControl.Label>Colour</FormControl.Label>
        <TextInput type="color" block value={color} onChange={(event) => setColor(event.target.value)} />
      </FormControl>
      <span className={styles.buttons}>
        <Button type="submit" variant="primary" disabled={!name.trim()}>
          Save label
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </span>
    </form>
  )
}
