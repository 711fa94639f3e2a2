import { Button, ProgressBar } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Label, Person } from '../../../contract/common.ts'
import type { Milestone } from '../../../contract/mirror.ts'
import { useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import { Picker } from './picker.tsx'
import type { Target } from './plan-several.ts'
import { assigneesQuery, labelsQuery, milestonesQuery } from './queries.ts'
import styles from './selection.module.css'
import { useSeveral } from './use-several.ts'

/** What can be done with what is picked, how far that is, and the way back. */
export default function SeveralBar({
  targets,
  onClear,
}: {
  targets: readonly Target[]
  onClear: () => void
}) {
  const { progress, run, dismiss } = useSeveral()
  const busy = progress !== null && progress.done < progress.total
  const repositories = [...new Set(targets.map(({ fullName }) => fullName))]
  const [fullName] = repositories
  useShortcuts({
    'row.clear': () => {
      onClear()
      dismiss()
    },
  })
  if (targets.length === 0 && !progress) return null
  const count = `${targets.length} selected`
  const start: typeof run = (label, wanted, all) => {
    run(label, wanted, all)
    onClear()
  }
  return (
    <section aria-label="With what is selected" className={styles.bar}>
      <span className={styles.count} role="status">
        {progress ? `${progress.label}: ${progress.done} of ${progress.total}` : count}
        {busy && (
          <ProgressBar progress={(100 * progress.done) / progress.total} aria-label={progress.label} />
        )}
      </span>
      {targets.length > 0 && !busy && (
        <>
          {repositories.length === 1 && fullName && (
            <InOneRepository fullName={fullName} targets={targets} run={start} />
          )}
          <Button size="small" onClick={() => start('Close', { do: 'close' }, targets)}>
            Close
          </Button>
          <Button size="small" onClick={() => start('Reopen', { do: 'reopen' }, targets)}>
            Reopen
          </Button>
          <Button size="small" variant="invisible" onClick={onClear}>
            Clear
          </Button>
        </>
      )}
      {progress?.undo && (
        <Button size="small" onClick={progress.undo}>
          Undo
        </Button>
      )}
      {progress && !busy && (
        <Button size="small" variant="invisible" onClick={dismiss}>
          Dismiss
        </Button>
      )}
    </section>
  )
}

/** Labels, people and milestones are those of one repository. */
function InOneRepository({
  fullName,
  targets,
  run,
}: {
  fullName: string
  targets: readonly Target[]
  run: ReturnType<typeof useSeveral>['run']
}) {
  const { may } = useRights(fullName)
  const enabled = may('issue.label')
  const labelList = useInfiniteQuery({ ...labelsQuery(fullName), enabled })
  const peopleList = useQuery({ ...assigneesQuery(fullName), enabled })
  const milestoneList = useInfiniteQuery({ ...milestonesQuery(fullName), enabled })
  const labels: Label[] = itemsOf(labelList)
  const people: Person[] = peopleList.data ?? []
  const milestones: Milestone[] = itemsOf(milestoneList)
  if (!enabled) return null
  const heldByAll = (namesOf: (target: Target) => string[], all: readonly string[]) =>
    all.filter((name) => targets.every((target) => namesOf(target).includes(name)))
  const shared = {
    label: heldByAll(
      ({ item }) => item.labels.map(({ name }) => name),
      labels.map(({ name }) => name),
    ),
    assign: heldByAll(
      ({ item }) => item.assignees.map(({ login }) => login),
      people.map(({ login }) => login),
    ),
  }
  const change = (what: 'label' | 'assign', name: string) => (next: readonly string[]) => {
    const add = next.filter((one) => !shared[what].includes(one))
    const remove = shared[what].filter((one) => !next.includes(one))
    if (add.length + remove.length > 0) run(name, { do: what, add, remove }, targets)
  }
  const numbers = Object.fromEntries(milestones.map(({ title, number }) => [title, number]))
  return (
    <>
      <span className={styles.pick}>
        Labels
        <Picker
          title="Labels"
          options={labels.map(({ name }) => ({ id: name, text: name }))}
          loading={labelList.isPending}
          chosen={shared.label}
          onOpen={() => void labelList.refetch()}
          onPick={change('label', 'Label')}
        />
      </span>
      <span className={styles.pick}>
        Assignees
        <Picker
          title="Assignees"
          options={people.map(({ login }) => ({ id: login, text: login }))}
          loading={peopleList.isPending}
          chosen={shared.assign}
          onOpen={() => void peopleList.refetch()}
          onPick={change('assign', 'Assign')}
        />
      </span>
      <span className={styles.pick}>
        Milestone
        <Picker
          title="Milestone"
          single
          options={milestones.map(({ title }) => ({ id: title, text: title }))}
          loading={milestoneList.isPending}
          chosen={[]}
          onOpen={() => void milestoneList.refetch()}
          onPick={([title = null]) => run('Milestone', { do: 'milestone', title, numbers }, targets)}
        />
      </span>
    </>
  )
}
