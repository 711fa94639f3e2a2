import {
  CheckCircleIcon,
  CommentDiscussionIcon,
  GitMergeIcon,
  GitPullRequestIcon,
  type Icon,
  IssueClosedIcon,
  IssueOpenedIcon,
  PlayIcon,
  RocketIcon,
  WebhookIcon,
  WorkflowIcon,
} from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ChainLink } from '../../../contract/chain.ts'
import { chainQuery } from '../data/queries.ts'
import styles from './chain-panel.module.css'
import { Duration } from './duration.tsx'
import { ErrorState } from './error-state.tsx'
import { Section } from './page.tsx'
import { RelativeTime } from './relative-time.tsx'
import { SkeletonRows } from './skeleton.tsx'

/** What led to an issue or a pull request and what came of it, in the order of time; each leads to the thing itself. */
export function ChainPanel({ fullName, number }: { fullName: string; number: number }) {
  const query = useQuery(chainQuery(fullName, number))
  return (
    <Section title="What happened then">
      {query.isPending && <SkeletonRows rows={3} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <ol className={styles.chain} aria-label="What happened then">
          {query.data.map((link) => (
            <ChainRow
              key={`${link.kind} ${link.id ?? link.number} ${link.at}`}
              link={link}
              fullName={fullName}
            />
          ))}
        </ol>
      )}
    </Section>
  )
}

function ChainRow({ link, fullName }: { link: ChainLink; fullName: string }) {
  const { icon: Glyph, words } = looks[link.kind]
  const tone = toneOf(link.state)
  return (
    <li className={styles.link}>
      <span className={`${styles.badge} ${tone ? styles[tone] : ''}`}>
        <Glyph size={14} />
      </span>
      <span className={styles.told}>
        {words(link)} <Target link={link} fullName={fullName} />
        {link.by && <span className={styles.by}> by {link.by}</span>}
        {saysState.has(link.kind) && <span className={styles.state}>{link.state.replaceAll('_', ' ')}</span>}
      </span>
      <span className={styles.times}>
        {link.ended_at && <Duration from={link.at} to={link.ended_at} />}
        <RelativeTime at={link.at} />
        {link.delivery && (
          <Link
            to="/deliveries/$id"
            params={{ id: link.delivery }}
            className={styles.delivery}
            aria-label={`The delivery that told of it: ${link.delivery}`}
          >
            <WebhookIcon size={14} />
          </Link>
        )}
      </span>
    </li>
  )
}

/** What a link of the chain is about. */
function Target({
  link: { kind, id, number, title },
  fullName,
}: {
  link: ChainLink
  fullName: string
}): ReactNode {
  const [owner = '', repo = ''] = fullName.split('/')
  if (kind === 'run' && id) {
    return (
      <Link to="/runs/$id" params={{ id }}>
        {title}
      </Link>
    )
  }
  if (kind === 'actions_run' && id) {
    return (
      <Link to="/repos/$owner/$repo/actions/runs/$id" params={{ owner, repo, id }}>
        {title}
      </Link>
    )
  }
  if (kind === 'issue' && number !== null) {
    return (
      <Link to="/repos/$owner/$repo/issues/$number" params={{ owner, repo, number: String(number) }}>
        #{number} {title}
      </Link>
    )
  }
  if (kind === 'pull_request' && number !== null) {
    return (
      <Link to="/repos/$owner/$repo/pulls/$number" params={{ owner, repo, number: String(number) }}>
        #{number} {title}
      </Link>
    )
  }
  return kind === 'merge' || kind === 'close' ? `#${number}` : title
}

const looks: Record<ChainLink['kind'], { icon: Icon; words: (link: ChainLink) => string }> = {
  issue: { icon: IssueOpenedIcon, words: () => 'Issue opened:' },
  pull_request: { icon: GitPullRequestIcon, words: () => 'Pull request opened:' },
  run: { icon: WorkflowIcon, words: () => 'Workflow' },
  review: {
    icon: CommentDiscussionIcon,
    words: ({ state }) =>
      state === 'APPROVED' ? 'Approved' : state === 'DISMISSED' ? 'Review dismissed' : 'Changes requested',
  },
  checks: { icon: CheckCircleIcon, words: () => '' },
  actions_run: { icon: PlayIcon, words: () => 'Actions run' },
  merge: { icon: GitMergeIcon, words: () => 'Merged' },
  close: { icon: IssueClosedIcon, words: () => 'Closed' },
  deployment: {
    icon: RocketIcon,
    words: ({ state }) => (state === 'success' ? 'Deployed to' : 'Deployment to'),
  },
}

const saysState: ReadonlySet<ChainLink['kind']> = new Set(['run', 'checks', 'actions_run', 'deployment'])

function toneOf(state: string): 'success' | 'danger' | 'done' | null {
  if (state === 'success' || state === 'APPROVED') return 'success'
  if (['failure', 'error', 'timed_out', 'startup_failure', 'CHANGES_REQUESTED'].includes(state))
    return 'danger'
  return state === 'merged' ? 'done' : null
}
