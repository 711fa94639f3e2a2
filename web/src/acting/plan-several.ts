import type { Label, Person } from '../../../contract/common.ts'
import { editOf, type Subject, type Wish } from '../data/acts.ts'

/** An issue or a pull request as it is before something is done with several. */
export interface Target extends Subject {
  item: {
    state: 'open' | 'closed'
    state_reason?: string | null
    labels: readonly Pick<Label, 'name'>[]
    assignees: readonly Pick<Person, 'login'>[]
    milestone?: string | null
  }
}

/** What is to be done with all of them. */
export type Several =
  | { do: 'close' | 'reopen' }
  | { do: 'label' | 'assign'; add: readonly string[]; remove: readonly string[] }
  /** Numbers of milestones by their titles, to find the way back. */
  | { do: 'milestone'; title: string | null; numbers: Readonly<Record<string, number>> }

/** One act on one of them. */
export interface Step extends Pick<Wish, 'name' | 'values' | 'body'> {
  subject: Subject
}

/** What is to be done, and what takes it back: only what differs is touched, so that the way back restores what was. */
export function planSeveral(wanted: Several, targets: readonly Target[]): Planned[] {
  return targets.flatMap((target) => planOne(wanted, target))
}

interface Planned {
  step: Step
  back: Step
}

function planOne(wanted: Several, { item, ...subject }: Target): Planned[] {
  const make = (one: Omit<Step, 'subject'>, back: Omit<Step, 'subject'>) => ({
    step: { ...one, subject } as Step,
    back: { ...back, subject } as Step,
  })
  const name = editOf(subject)
  switch (wanted.do) {
    case 'close':
    case 'reopen': {
      const state = wanted.do === 'close' ? 'closed' : 'open'
      if (item.state === state) return []
      const reason = subject.isPull || !item.state_reason ? {} : { state_reason: item.state_reason as never }
      return [make({ name, body: { state } }, { name, body: { state: item.state, ...reason } })]
    }
    case 'label': {
      const held = item.labels.map((label) => label.name)
      const add = wanted.add.filter((label) => !held.includes(label))
      const remove = wanted.remove.filter((label) => held.includes(label))
      const given = (labels: readonly string[]) => ({ name: 'issue.label', body: { labels } }) as const
      const taken = (label: string) => ({ name: 'issue.unlabel', values: { name: label } }) as const
      return [
        ...add.map((label) => make(given([label]), taken(label))),
        ...remove.map((label) => make(taken(label), given([label]))),
      ]
    }
    case 'assign': {
      const held = item.assignees.map(({ login }) => login)
      const add = wanted.add.filter((login) => !held.includes(login))
      const remove = wanted.remove.filter((login) => held.includes(login))
      const to = (act: 'issue.assign' | 'issue.unassign', assignees: readonly string[]) =>
        ({ name: act, body: { assignees: [...assignees] } }) as const
      return [
        ...(add.length > 0 ? [make(to('issue.assign', add), to('issue.unassign', add))] : []),
        ...(remove.length > 0 ? [make(to('issue.unassign', remove), to('issue.assign', remove))] : []),
      ]
    }
    case 'milestone': {
      const before = item.milestone ?? null
      if (before === wanted.title) return []
      const set = (title: string | null) =>
        ({
          name: 'issue.edit',
          body: { milestone: title === null ? null : (wanted.numbers[title] ?? null) },
        }) as const
      return [make(set(wanted.title), set(before))]
    }
  }
}
