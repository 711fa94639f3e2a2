import {
  AlertIcon,
  CheckCircleFillIcon,
  CircleIcon,
  ClockIcon,
  DotFillIcon,
  GitMergeIcon,
  GitPullRequestClosedIcon,
  GitPullRequestDraftIcon,
  GitPullRequestIcon,
  type Icon,
  IssueClosedIcon,
  IssueOpenedIcon,
  SkipIcon,
  StopIcon,
  XCircleFillIcon,
} from '@primer/octicons-react'
import styles from './state-icon.module.css'

type Tone = 'success' | 'danger' | 'attention' | 'done' | 'accent' | 'muted'

interface Look {
  icon: Icon
  tone: Tone
  word: string
}

/** A state in GitHub's own icon, colour and word. */
export function StateIcon({ look, size = 16 }: { look: Look; size?: 12 | 16 }) {
  const Glyph = look.icon
  return (
    <span
      className={`${styles.icon} ${styles[look.tone]} ${look.icon === RunningIcon ? styles.running : ''}`}
      title={look.word}
      role="img"
      aria-label={look.word}
    >
      <Glyph size={size} />
    </span>
  )
}

/** The same state as a pill with its word, for the head of a page. */
export function StatePill({ look }: { look: Look }) {
  const Glyph = look.icon
  return (
    <span className={`${styles.pill} ${styles[look.tone]}`}>
      <Glyph size={14} />
      {look.word}
    </span>
  )
}

const RunningIcon = DotFillIcon

/** How an issue stands. */
export function issueLook(issue: { state: string; state_reason: string | null }): Look {
  if (issue.state === 'open') return { icon: IssueOpenedIcon, tone: 'success', word: 'Open' }
  if (issue.state_reason === 'not_planned')
    return { icon: SkipIcon, tone: 'muted', word: 'Closed as not planned' }
  if (issue.state_reason === 'duplicate')
    return { icon: SkipIcon, tone: 'muted', word: 'Closed as duplicate' }
  return { icon: IssueClosedIcon, tone: 'done', word: 'Closed' }
}

/** How a pull request stands. */
export function pullRequestLook(pull: { state: string; draft: boolean; merged_at: string | null }): Look {
  if (pull.merged_at) return { icon: GitMergeIcon, tone: 'done', word: 'Merged' }
  if (pull.state === 'closed') return { icon: GitPullRequestClosedIcon, tone: 'danger', word: 'Closed' }
  if (pull.draft) return { icon: GitPullRequestDraftIcon, tone: 'muted', word: 'Draft' }
  return { icon: GitPullRequestIcon, tone: 'success', word: 'Open' }
}

/** How a run, job or step stands: GitHub Actions' and our own use the same words. */
export function runLook(run: { status: string; conclusion: string | null }): Look {
  if (run.status !== 'completed') {
    if (run.status === 'in_progress') return { icon: RunningIcon, tone: 'attention', word: 'In progress' }
    if (run.status === 'waiting') return { icon: ClockIcon, tone: 'attention', word: 'Waiting' }
    return {
      icon: CircleIcon,
      tone: 'muted',
      word: run.status === 'queued' ? 'Queued' : readable(run.status),
    }
  }
  switch (run.conclusion) {
    case 'success':
      return { icon: CheckCircleFillIcon, tone: 'success', word: 'Succeeded' }
    case 'failure':
      return { icon: XCircleFillIcon, tone: 'danger', word: 'Failed' }
    case 'timed_out':
      return { icon: XCircleFillIcon, tone: 'danger', word: 'Timed out' }
    case 'startup_failure':
      return { icon: AlertIcon, tone: 'danger', word: 'Failed to start' }
    case 'action_required':
      return { icon: AlertIcon, tone: 'attention', word: 'Action required' }
    case 'cancelled':
      return { icon: StopIcon, tone: 'muted', word: 'Cancelled' }
    case 'skipped':
      return { icon: SkipIcon, tone: 'muted', word: 'Skipped' }
    default:
      return { icon: CircleIcon, tone: 'muted', word: readable(run.conclusion ?? 'completed') }
  }
}

/** How a deployment went, by its latest status. */
export function deploymentLook(status: { state: string } | null | undefined): Look {
  switch (status?.state) {
    case undefined:
      return { icon: CircleIcon, tone: 'muted', word: 'Its outcome was not read' }
    case 'success':
      return { icon: CheckCircleFillIcon, tone: 'success', word: 'Deployed' }
    case 'failure':
    case 'error':
      return { icon: XCircleFillIcon, tone: 'danger', word: 'Failed' }
    case 'in_progress':
      return { icon: RunningIcon, tone: 'attention', word: 'In progress' }
    case 'inactive':
    case 'destroyed':
      return { icon: CircleIcon, tone: 'muted', word: 'Inactive' }
    default:
      return { icon: ClockIcon, tone: 'muted', word: readable(status!.state) }
  }
}

/** `action_required` as people write it. */
export function readable(word: string): string {
  const words = word.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
