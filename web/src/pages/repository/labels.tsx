import { TagIcon } from '@primer/octicons-react'
import { FormControl, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { RepositoryLabel } from '../../../../contract/mirror.ts'
import { ConfirmDelete } from '../../acting/confirm-delete.tsx'
import { labelsQuery } from '../../acting/queries.ts'
import { LabelPill } from '../../components/label-pill.tsx'
import { dropItem, type Subject, useActs, useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import styles from './manage.module.css'
import { ManagedForm, ManagedList } from './managed-list.tsx'

/** What issues and pull requests of the repository are sorted by: created, renamed, coloured and deleted here. */
export function LabelsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/labels' })
  const subject = { fullName: `${owner}/${repo}`, number: 0 }
  const query = useInfiniteQuery(labelsQuery(subject.fullName))
  const { may } = useRights(subject.fullName)
  return (
    <ManagedList<RepositoryLabel>
      query={query}
      items={itemsOf(query)}
      icon={TagIcon}
      words={{ one: 'label', many: 'Labels' }}
      empty="Labels sort issues and pull requests: what they are about, how urgent they are."
      may={{ create: may('label.create'), edit: may('label.edit') }}
      form={(label, onClose) => <LabelForm {...{ subject, label, onClose }} />}
      row={(label) => (
        <>
          <LabelPill label={label} /> <span className={styles.quiet}>{label.description}</span>
        </>
      )}
      name={({ name }) => name}
      actions={(label, pencil) => (
        <>
          {pencil}
          <DeleteLabel {...{ subject, label }} />
        </>
      )}
    />
  )
}

function DeleteLabel({ subject, label: { id, name } }: { subject: Subject; label: RepositoryLabel }) {
  const { wish } = useActs(subject)
  return (
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
  )
}

function LabelForm({
  subject,
  label,
  onClose,
}: {
  subject: Subject
  label: RepositoryLabel | undefined
  onClose: () => void
}) {
  const [name, setName] = useState(label?.name ?? '')
  const [description, setDescription] = useState(label?.description ?? '')
  const [color, setColor] = useState(`#${label?.color ?? '0969da'}`)
  const { wish } = useActs(subject)
  const save = () => {
    const told = { color: color.slice(1), description: description.trim() }
    if (label) {
      const body = { ...told, ...(name.trim() !== label.name && { new_name: name.trim() }) }
      wish({ name: 'label.edit', values: { name: label.name }, body, label: `edit the label ${label.name}` })
    } else {
      wish({ name: 'label.create', body: { name: name.trim(), ...told }, label: `create the label ${name}` })
    }
  }
  return (
    <ManagedForm
      label={label ? `Edit ${label.name}` : 'New label'}
      what="label"
      isWhole={name.trim() !== ''}
      onSave={save}
      onClose={onClose}
    >
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
    </ManagedForm>
  )
}
