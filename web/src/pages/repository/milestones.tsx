import { MilestoneIcon, PencilIcon } from '@primer/octicons-react'
import { Button, FormControl, IconButton, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Milestone } from '../../../../contract/mirror.ts'
import { ConfirmDelete } from '../../acting/confirm-delete.tsx'
import { milestonesQuery } from '../../acting/queries.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { dropItem, type Subject, useActs, useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'
import styles from './manage.module.css'

/** What the repository works towards: created, edited, closed and deleted here. */
export function MilestonesTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/milestones' })
  const subject = { fullName: `${owner}/${repo}`, number: 0 }
  const query = useInfiniteQuery(milestonesQuery(subject.fullName))
  const milestones: Milestone[] = itemsOf(query)
  const { may } = useRights(subject.fullName)
  const [editing, setEditing] = useState<number | 'new' | null>(null)
  const close = () => setEditing(null)
  if (query.isPending) return <SkeletonRows />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <>
      {may('milestone.create') && (
        <div className={styles.bar}>
          <Button variant="primary" onClick={() => setEditing('new')}>
            New milestone
          </Button>
        </div>
      )}
      {editing === 'new' && <MilestoneForm subject={subject} onClose={close} />}
      {milestones.length === 0 && (
        <EmptyState icon={MilestoneIcon} title="No milestones yet">
          A milestone gathers issues and pull requests that are to be done by a day.
        </EmptyState>
      )}
      <ul className={milestones.length > 0 ? styles.list : undefined} aria-label="Milestones">
        {milestones.map((milestone) =>
          editing === milestone.id ? (
            <li key={milestone.id} className={styles.item}>
              <MilestoneForm subject={subject} milestone={milestone} onClose={close} />
            </li>
          ) : (
            <li key={milestone.id} className={styles.item}>
              <span className={styles.name}>
                <strong>{milestone.title}</strong>{' '}
                <span className={styles.quiet}>
                  {milestone.state} · {milestone.closed_issues} of{' '}
                  {milestone.open_issues + milestone.closed_issues} done
                  {milestone.due_on && (
                    <>
                      {' '}
                      · due <RelativeTime at={milestone.due_on} />
                    </>
                  )}
                </span>
              </span>
              {may('milestone.edit') && (
                <MilestoneActions {...{ subject, milestone }} onEdit={() => setEditing(milestone.id)} />
              )}
            </li>
          ),
        )}
      </ul>
    </>
  )
}

function MilestoneActions({
  subject,
  milestone,
  onEdit,
}: {
  subject: Subject
  milestone: Milestone
  onEdit: () => void
}) {
  const { wish } = useActs(subject)
  const { id, number, title, state } = milestone
  const next = state === 'open' ? 'closed' : 'open'
  return (
    <>
      <Button
        size="small"
        onClick={() =>
          wish({
            name: 'milestone.edit',
            values: { number },
            body: { state: next },
            label: `${next === 'open' ? 'reopen' : 'close'} ${title}`,
          })
        }
      >
        {next === 'open' ? 'Reopen' : 'Close'}
      </Button>
      <IconButton
        icon={PencilIcon}
        size="small"
        variant="invisible"
        aria-label={`Edit milestone ${title}`}
        onClick={onEdit}
      />
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
    </>
  )
}

function MilestoneForm({
  subject,
  milestone,
  onClose,
}: {
  subject: Subject
  milestone?: Milestone
  onClose: () => void
}) {
  const [title, setTitle] = useState(milestone?.title ?? '')
  const [description, setDescription] = useState(milestone?.description ?? '')
  const [due, setDue] = useState(milestone?.due_on?.slice(0, 10) ?? '')
  const { wish } = useActs(subject)
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!title.trim()) return
    onClose()
    const due_on = due ? `${due}T12:00:00Z` : null
    const told = { title: title.trim(), description: description.trim(), due_on }
    if (milestone) {
      const values = { number: milestone.number }
      wish({ name: 'milestone.edit', values, body: told, label: `edit the milestone ${milestone.title}` })
    } else {
      const { due_on: at, ...rest } = told
      wish({
        name: 'milestone.create',
        body: at === null ? rest : told,
        label: `create the milestone ${told.title}`,
      })
    }
  }
  return (
    <form
      className={styles.form}
      onSubmit={save}
      aria-label={milestone ? `Edit ${milestone.title}` : 'New milestone'}
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
      <span className={styles.buttons}>
        <Button type="submit" variant="primary" disabled={!title.trim()}>
          Save milestone
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </span>
    </form>
  )
}
