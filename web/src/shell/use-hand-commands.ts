import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import type { ActName } from '../../../contract/acts.ts'
import { mergeMethodsQuery } from '../acting/queries.ts'
import { editOf, type Subject, useActs, useRights, useWishes, type Wish, withWishes } from '../data/acts.ts'
import { actionsRunQuery, issueQuery, pullRequestQuery } from '../data/queries.ts'
import { useMe } from '../data/use-session.ts'
import { handOf } from './hand-of.ts'

/** Something that the palette does to the thing whose page is open. */
export interface HandCommand {
  id: string
  label: string
  hint: string
  run: () => void
}

/** What the person may do to the issue, the pull request or the run of Actions at hand, each by the act of its page. */
export function useHandCommands(): HandCommand[] {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const hand = handOf(path)
  const { kind = null, fullName = '', number = 0 } = hand ?? {}
  const isPull = kind === 'pull'
  const subject: Subject = { fullName, number, ...(isPull && { isPull }) }
  const issue = useQuery({ ...issueQuery(fullName, number), enabled: kind === 'issue' }).data
  const pull = useQuery({ ...pullRequestQuery(fullName, number), enabled: isPull }).data
  const run = useQuery({ ...actionsRunQuery(fullName, number), enabled: kind === 'run' }).data
  const methods = useQuery({ ...mergeMethodsQuery(fullName), enabled: isPull }).data
  const { wish } = useActs(subject)
  // What was asked for already is taken for done, as on the page.
  const wishes = useWishes(subject)
  const { may } = useRights(hand && fullName)
  const me = useMe()
  const command = <Name extends ActName>(label: string, wanted: Wish<Name>): HandCommand => ({
    id: `hand ${label}`,
    label,
    hint: kind === 'run' ? 'This run' : isPull ? 'This pull request' : 'This issue',
    run: () => wish(wanted),
  })
  if (!hand || !me) return []
  const commands: (HandCommand | false | null | undefined)[] = []

  const held = issue ?? pull
  const item = held && withWishes(held, wishes)
  if (item) {
    const of = `#${number}`
    const author = item.user?.login ?? null
    const isMine = author === me.login
    const isOpen = item.state === 'open'
    if (pull && isOpen) {
      const head = pull.head.sha
      const method = (['merge', 'squash', 'rebase'] as const).find((one) => methods?.[one]) ?? 'merge'
      commands.push(
        !isMine &&
          may('review.write') &&
          command(`Approve ${of}`, {
            name: 'review.write',
            body: { event: 'APPROVE', commit_id: head },
            label: `approve ${of}`,
          }),
        !pull.draft &&
          may('pull.merge') &&
          command(`Merge ${of}`, {
            name: 'pull.merge',
            body: { sha: head, merge_method: method },
            label: `merge ${of}`,
            shown: (held) => ({ ...held, state: 'closed', merged_at: new Date().toISOString() }),
          }),
        pull.draft &&
          may('pull.ready', { author }) &&
          command(`Mark ${of} as ready for review`, {
            name: 'pull.ready',
            label: `mark ${of} as ready`,
            shown: (held) => ({ ...held, draft: false }),
          }),
      )
    }
    const isAssigned = item.assignees.some(({ login }) => login === me.login)
    const assignees = isAssigned
      ? item.assignees.filter(({ login }) => login !== me.login)
      : [...item.assignees, { login: me.login, avatar_url: me.avatar_url }]
    const mayMove = may(editOf(subject), { author, fields: ['state'] })
    const move = (label: string, state: 'open' | 'closed', state_reason?: 'completed' | 'not_planned') =>
      command(`${label} ${of}`, {
        name: editOf(subject),
        body: { state, ...(state_reason && !isPull && { state_reason }) },
        label: `${state === 'open' ? 'reopen' : 'close'} ${of}`,
        shown: (held) => ({ ...held, state, ...(!isPull && { state_reason: state_reason ?? null }) }),
      })
    commands.push(
      may('issue.assign') &&
        command(isAssigned ? `Take ${of} off me` : `Assign ${of} to me`, {
          name: isAssigned ? 'issue.unassign' : 'issue.assign',
          body: { assignees: [me.login] },
          label: `assign ${of}`,
          shown: (held) => ({ ...held, assignees }),
        }),
      mayMove && isOpen && move('Close', 'closed', 'completed'),
      mayMove && isOpen && !isPull && move('Close as not planned', 'closed', 'not_planned'),
      mayMove && !isOpen && !pull?.merged_at && move('Reopen', 'open'),
    )
  }

  if (run && wishes.length === 0) {
    const name = `${run.name} #${run.run_number}`
    const isOver = run.status === 'completed'
    const values = { id: run.id }
    const again = (act: 'run.again' | 'run.again-failed', label: string) =>
      command(`${label} of ${name}`, {
        ...{ name: act, values, body: {}, label: `run ${name} again` },
        shown: (held) => ({ ...held, status: 'queued', conclusion: null }),
      })
    commands.push(
      isOver &&
        run.conclusion === 'failure' &&
        may('run.again-failed') &&
        again('run.again-failed', 'Re-run failed jobs'),
      isOver && may('run.again') && again('run.again', 'Re-run all jobs'),
      !isOver &&
        may('run.cancel') &&
        command(`Cancel ${name}`, { name: 'run.cancel', values, body: {}, label: `cancel ${name}` }),
    )
  }
  return commands.filter((one): one is HandCommand => Boolean(one))
}
