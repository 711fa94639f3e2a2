import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ActBody } from '../../../../contract/acts.ts'
import type { IssueTemplate } from '../../../../contract/templates.ts'
import { assigneesQuery, labelsQuery } from '../../acting/queries.ts'
import styles from '../../components/typed-form.module.css'
import { useRights } from '../../data/acts.ts'
import { itemsOf } from '../../data/items-of.ts'

type Settings = Pick<ActBody<'issue.open'>, 'labels' | 'assignees' | 'type'>

interface Wanted {
  /** What is sent with the issue. */
  send: Settings
  /** What the template wants, in words; null: nothing. */
  words: string | null
  /** Whether the person may set it. */
  allowed: boolean
}

/**
 * What a template sets on its issues. Labels that the repository does not have and people whom it cannot be given to
 * are left out, as on GitHub; and all of it where the person may not set it.
 */
export function useTemplateSettings(fullName: string, template: IssueTemplate | null): Wanted {
  const { may } = useRights(fullName)
  const known = useInfiniteQuery({ ...labelsQuery(fullName), enabled: (template?.labels.length ?? 0) > 0 })
  const people = useQuery({ ...assigneesQuery(fullName), enabled: (template?.assignees.length ?? 0) > 0 })
  if (!template) return { send: {}, words: null, allowed: true }
  const isIn = (names: readonly string[]) => (name: string) =>
    names.some((one) => one.toLowerCase() === name.toLowerCase())
  const isLabel = isIn(itemsOf(known).map(({ name }) => name))
  const labels = template.labels.filter((name) => known.hasNextPage || isLabel(name))
  const assignees = template.assignees.filter(isIn((people.data ?? []).map(({ login }) => login)))
  const { type } = template
  const settings: Settings = {
    ...(labels.length > 0 && { labels }),
    ...(assignees.length > 0 && { assignees }),
    ...(type && { type }),
  }
  const words = [
    labels.length > 0 && `labelled ${labels.join(', ')}`,
    assignees.length > 0 && `assigned to ${assignees.join(', ')}`,
    type && `of the type ${type}`,
  ].filter(Boolean)
  const allowed = may('issue.open', { fields: Object.keys(settings) })
  return { send: allowed ? settings : {}, words: words.join(', ') || null, allowed }
}

/** Says what the template sets, or that only others can. */
export function TemplateSettings({ settings: { words, allowed } }: { settings: Wanted }) {
  if (words === null) return null
  return (
    <p className={styles.note}>
      {allowed
        ? `It will be ${words}.`
        : `The template wants it ${words}; that can be done by those who triage here.`}
    </p>
  )
}
