import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Label, Person as PersonOf } from '../../../contract/common.ts'
import type { Milestone } from '../../../contract/mirror.ts'
import { LabelPill } from '../components/label-pill.tsx'
import { Property } from '../components/page.tsx'
import { Avatar, Person } from '../components/person.tsx'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { Picker } from './picker.tsx'
import { assigneesQuery, labelsQuery, milestonesQuery } from './queries.ts'

/** What issues and pull requests have at their side. */
interface Item {
  labels: readonly Label[]
  assignees: readonly PersonOf[]
  milestone?: string | null
}

interface PaneProps<T extends Item = Item> {
  subject: Subject
  /** As it will be once what is wished for is done. */
  item: T
}

/** Who it is assigned to. */
export function Assignees({ subject, item }: PaneProps) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = may('issue.assign')
  const people = useQuery({ ...assigneesQuery(subject.fullName), enabled: allowed })
  const chosen = item.assignees.map(({ login }) => login)
  const known = [...(people.data ?? []), ...item.assignees]
  const named = (login: string) =>
    known.find((person) => person.login === login) ?? { login, avatar_url: null }
  const pick = (next: readonly string[]) => {
    const [added, removed] = differenceOf(chosen, next)
    const shown = (held: object) => ({ ...held, assignees: next.map(named) })
    const of = { label: `assign #${subject.number}`, shown }
    if (added.length > 0) wish({ name: 'issue.assign', body: { assignees: added }, ...of })
    if (removed.length > 0) wish({ name: 'issue.unassign', body: { assignees: removed }, ...of })
  }
  return (
    <Property
      name="Assignees"
      aside={
        allowed && (
          <Picker
            title="Assignees"
            options={uniqueLogins(known).map((person) => ({
              id: person.login,
              text: person.login,
              visual: () => <Avatar person={person} size={20} />,
            }))}
            loading={people.isPending}
            onOpen={() => void people.refetch()}
            chosen={chosen}
            onPick={pick}
          />
        )
      }
    >
      {item.assignees.length > 0
        ? item.assignees.map((person) => <Person key={person.login} person={person} size={20} />)
        : 'Nobody'}
    </Property>
  )
}

/** Its labels. */
export function Labels({ subject, item }: PaneProps) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = may('issue.label')
  const query = useInfiniteQuery({ ...labelsQuery(subject.fullName), enabled: allowed })
  const labels: Label[] = itemsOf(query)
  const chosen = item.labels.map(({ name }) => name)
  const known = [...labels, ...item.labels]
  const pick = (next: readonly string[]) => {
    const [added, removed] = differenceOf(chosen, next)
    const shown = (held: object) => ({
      ...held,
      labels: next.flatMap((name) => known.find((label) => label.name === name) ?? []),
    })
    const of = { label: `label #${subject.number}`, shown }
    if (added.length > 0) wish({ name: 'issue.label', body: { labels: added }, ...of })
    for (const name of removed) wish({ name: 'issue.unlabel', values: { name }, ...of })
  }
  return (
    <Property
      name="Labels"
      aside={
        allowed && (
          <Picker
            title="Labels"
            options={(query.data ? labels : item.labels).map(({ name, color, description }) => ({
              id: name,
              text: name,
              ...(description && { description }),
              visual: () => <LabelPill label={{ name: '', color }} />,
            }))}
            loading={query.isPending}
            onOpen={() => void query.refetch()}
            chosen={chosen}
            onPick={pick}
          />
        )
      }
    >
      {item.labels.length > 0
        ? item.labels.map((label) => <LabelPill key={label.name} label={label} />)
        : 'None'}
    </Property>
  )
}

/** The milestone that it is part of. */
export function MilestoneOf({ subject, item }: PaneProps) {
  const { wish } = useActs(subject)
  const { may } = useRights(subject.fullName)
  const allowed = may('issue.edit', { fields: ['milestone'] })
  const query = useInfiniteQuery({ ...milestonesQuery(subject.fullName), enabled: allowed })
  const milestones: Milestone[] = itemsOf(query)
  const pick = ([title]: readonly string[]) => {
    const milestone = milestones.find((known) => known.title === title)
    wish({
      name: 'issue.edit',
      body: { milestone: milestone?.number ?? null },
      label: `set the milestone of #${subject.number}`,
      shown: (held) => ({ ...held, milestone: milestone?.title ?? null }),
    })
  }
  return (
    <Property
      name="Milestone"
      aside={
        allowed && (
          <Picker
            title="Milestone"
            single
            options={milestones.map(({ title, description }) => ({
              id: title,
              text: title,
              ...(description && { description }),
            }))}
            loading={query.isPending}
            onOpen={() => void query.refetch()}
            chosen={item.milestone ? [item.milestone] : []}
            onPick={pick}
          />
        )
      }
    >
      {item.milestone ?? 'None'}
    </Property>
  )
}

function differenceOf(before: readonly string[], after: readonly string[]): [string[], string[]] {
  return [after.filter((id) => !before.includes(id)), before.filter((id) => !after.includes(id))]
}

function uniqueLogins(people: readonly PersonOf[]): PersonOf[] {
  return [...new Map(people.map((person) => [person.login, person])).values()].sort((a, b) =>
    a.login.localeCompare(b.login),
  )
}
