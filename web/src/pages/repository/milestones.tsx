import { MilestoneIcon } from '@primer/octicons-react'
import { Button, FormControl, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Milestone } from '../../../../contract/mirror.ts'
import { ConfirmDelete } from '../../acting/confirm-delete.tsx'
import { milestonesQuery } from '../../acting/queries.ts'
import { RelativeTime } from '../../components/relative-time.tsx'
import { dropItem, type Subject, useActs, useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import styles from './manage.module.css'
import { ManagedForm, ManagedList } from './managed-list.tsx'

/** What the repository works towards: created, edited, closed and deleted here. */
export function MilestonesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/milestones' })
  const subject = { fullName: `${owner}/${repo}`, number: 0 }
  const query = useInfiniteQuery(milestonesQuery(subject.fullName))
  const { may } = useRights(subject.fullName)
  return (
    <ManagedList<Milestone>
      query={query}
      items={itemsOf(query)}
      icon={MilestoneIcon}
      words={{ one: 'milestone', many: 'Milestones' }}
      empty="A milestone gathers issues and pull requests that are to be done by a day."
      may={{ create: may('milestone.create'), edit: may('milestone.edit') }}
      form={(milestone, onClose) => <MilestoneForm {...{ subject, milestone, onClose }} />}
      row={(milestone) => <MilestoneFacts milestone={milestone} />}
      name={({ title }) => title}
      actions={(milestone, pencil) => (
        <>
          <SwitchMilestone {...{ subject, milestone }} />
          {pencil}
          <DeleteMilestone {...{ subject, milestone }} />
        </>
      )}
    />
  )
}

function MilestoneFacts({
  milestone: { title, state, open_issues, closed_issues, due_on },
}: {
  milestone: Milestone
}) {
  return (
    <>
      <strong>{title}</strong>{' '}
      <span className={styles.quiet}>
        {state} · {closed_issues} of {open_issues + closed_issues} done
        {due_on && (
          <>
            {' '}
            · due <RelativeTime at={due_on} />
          </>
        )}
      </span>
    </>
  )
}

function SwitchMilestone({ subject, milestone }: { subject: Subject; milestone: Milestone }) {
  const { wish } = useActs(subject)
  const { number, title, state } = milestone
  const isOpen = state === 'open'
  return (
    <Button
      size="small"
      onClick={() =>
        wish({
          name: 'milestone.edit',
          values: { number },
          body: { state: isOpen ? 'closed' : 'open' },
          label: `${isOpen ? 'close' : 'reopen'} ${title}`,
        })
      }
    >
      {isOpen ? 'Close' : 'Reopen'}
    </Button>
  )
}

function DeleteMilestone({ subject, milestone }: { subject: Subject; milestone: Milestone }) {
  const { wish } = useActs(subject)
  const { id, number, title } = milestone
  return (
    <ConfirmDelete
      what={`milestone ${title}`}
      onDelete={() =>
        wish({
          name: 'milestone.delete',
          values: { number },
          label: `delete the milestone ${title}`,
          onDone: () => dropItem('milestone', id, subject),
        })
      }
    >
      Issues and pull requests that are part of it stay.
    </ConfirmDelete>
  )
}

function MilestoneForm({
  subject,
  milestone,
  onClose,
}: {
  subject: Subject
  milestone: Milestone | undefined
  onClose: () => void
}) {
  const [title, setTitle] = useState(milestone?.title ?? '')
  const [description, setDescription] = useState(milestone?.description ?? '')
  const [due, setDue] = useState(milestone?.due_on?.slice(0, 10) ?? '')
  const { wish } = useActs(subject)
  const save = () => {
    const told = { title: title.trim(), description: description.trim() }
    // GitHub keeps the day; noon is that day everywhere.
    const due_on = due ? `${due}T12:00:00Z` : null
    if (milestone) {
      const values = { number: milestone.number }
      const body = { ...told, due_on }
      wish({ name: 'milestone.edit', values, body, label: `edit the milestone ${milestone.title}` })
    } else {
      const body = { ...told, ...(due_on && { due_on }) }
      wish({ name: 'milestone.create', body, label: `create the milestone ${told.title}` })
    }
  }
  return (
    <ManagedForm
      label={milestone ? `Edit ${milestone.title}` : 'New milestone'}
      what="milestone"
      isWhole={title.trim() !== ''}
      onSave={save}
      onClose={onClose}
    >
      <FormControl required>
        <FormControl.Label>Title</FormControl.Label>
        <TextInput
          block
          autoFocus
          maxLength={256}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
      </FormControl>
      <FormControl>
        <FormControl.Label>Description</FormControl.Label>
        <TextInput block value={description} onChange={(event) => setDescription(event.target.value)} />
      </FormControl>
      <FormControl>
        <FormControl.Label>Due on</FormControl.Label>
        <TextInput type="date" block value={due} onChange={(event) => setDue(event.target.value)} />
      </FormControl>
    </ManagedForm>
  )
}
