import {
  CheckCircleIcon,
  CrossReferenceIcon,
  DotFillIcon,
  EyeIcon,
  GitBranchIcon,
  GitCommitIcon,
  GitMergeIcon,
  GitMergeQueueIcon,
  GitPullRequestDraftIcon,
  type Icon,
  IssueReopenedIcon,
  LockIcon,
  MilestoneIcon,
  PencilIcon,
  PersonIcon,
  PinIcon,
  RepoPushIcon,
  SkipIcon,
  TagIcon,
  UnlockIcon,
} from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { TimelineEvent } from '../../../contract/timeline.ts'
import { LabelPill } from './label-pill.tsx'

/** How an event of a timeline is told: its icon, its tone in the conversation, and what stands after who did it. */
export interface ToldEvent {
  icon: Icon
  tone: 'plain' | 'done' | 'approved' | 'requested'
  words: ReactNode
}

type Teller = (event: TimelineEvent) => ToldEvent

const plain = (icon: Icon, words: (event: TimelineEvent) => ReactNode): Teller => {
  return (event) => ({ icon, tone: 'plain', words: words(event) })
}
const label = ({ detail }: TimelineEvent) => detail.label && <LabelPill label={detail.label} />
const commit = ({ detail }: TimelineEvent) => detail.commit && <code>{detail.commit.slice(0, 7)}</code>
const whom = ({ actor, detail }: TimelineEvent, self: string) =>
  detail.person !== undefined && detail.person === actor?.login ? self : <strong>{detail.person}</strong>
const asked = ({ detail }: TimelineEvent) => <strong>{detail.person ?? detail.team ?? 'somebody'}</strong>
const part = (words: string): Teller => plain(IssueReopenedIcon, () => words)

const reasons: Readonly<Record<string, string>> = {
  not_planned: 'as not planned',
  duplicate: 'as a duplicate',
  completed: 'as completed',
}

const tellers: Readonly<Record<string, Teller>> = {
  labeled: plain(TagIcon, (event) => <>added {label(event)}</>),
  unlabeled: plain(TagIcon, (event) => <>removed {label(event)}</>),
  assigned: plain(PersonIcon, (event) => <>assigned {whom(event, 'this to themselves')}</>),
  unassigned: plain(PersonIcon, (event) => <>unassigned {whom(event, 'themselves')}</>),
  milestoned: plain(MilestoneIcon, ({ detail }) => (
    <>
      added this to <strong>{detail.milestone}</strong>
    </>
  )),
  demilestoned: plain(MilestoneIcon, ({ detail }) => (
    <>
      removed this from <strong>{detail.milestone}</strong>
    </>
  )),
  renamed: plain(PencilIcon, ({ detail }) => (
    <>
      changed the title from <del>{detail.from}</del> to <strong>{detail.to}</strong>
    </>
  )),
  closed: (event) => {
    const isDone = event.detail.reason !== 'not_planned' && event.detail.reason !== 'duplicate'
    return {
      icon: isDone ? CheckCircleIcon : SkipIcon,
      tone: isDone ? 'done' : 'plain',
      words: (
        <>
          closed this {reasons[event.detail.reason ?? '']} {event.detail.commit && <>in {commit(event)}</>}
        </>
      ),
    }
  },
  reopened: () => ({ icon: IssueReopenedIcon, tone: 'approved', words: 'reopened this' }),
  merged: (event) => ({
    icon: GitMergeIcon,
    tone: 'done',
    words: <>merged this {event.detail.commit && <>as {commit(event)}</>}</>,
  }),
  committed: plain(GitCommitIcon, (event) => (
    <>
      {commit(event)} {event.detail.message}
    </>
  )),
  referenced: plain(GitCommitIcon, (event) => <>mentioned this in {commit(event)}</>),
  'cross-referenced': plain(CrossReferenceIcon, ({ detail }) => (
    <>mentioned this in {detail.source && <Source source={detail.source} />}</>
  )),
  locked: plain(LockIcon, ({ detail }) => <>locked this {detail.reason && `as ${detail.reason}`}</>),
  unlocked: plain(UnlockIcon, () => 'unlocked this'),
  pinned: plain(PinIcon, () => 'pinned this'),
  unpinned: plain(PinIcon, () => 'unpinned this'),
  review_requested: plain(EyeIcon, (event) => <>asked for a review from {asked(event)}</>),
  review_request_removed: plain(EyeIcon, (event) => (
    <>withdrew the request for a review from {asked(event)}</>
  )),
  head_ref_force_pushed: plain(RepoPushIcon, () => 'force-pushed the branch'),
  head_ref_deleted: plain(GitBranchIcon, () => 'deleted the branch'),
  head_ref_restored: plain(GitBranchIcon, () => 'restored the branch'),
  base_ref_changed: plain(GitBranchIcon, () => 'changed the base branch'),
  ready_for_review: plain(EyeIcon, () => 'marked this as ready for review'),
  convert_to_draft: plain(GitPullRequestDraftIcon, () => 'turned this into a draft'),
  added_to_merge_queue: plain(GitMergeQueueIcon, () => 'added this to the merge queue'),
  removed_from_merge_queue: plain(GitMergeQueueIcon, () => 'took this out of the merge queue'),
  auto_merge_enabled: plain(GitMergeIcon, () => 'set this to merge by itself'),
  auto_merge_disabled: plain(GitMergeIcon, () => 'stopped this from merging by itself'),
  issue_type_added: plain(TagIcon, () => 'set the type'),
  issue_type_changed: plain(TagIcon, () => 'changed the type'),
  issue_type_removed: plain(TagIcon, () => 'removed the type'),
  sub_issue_added: part('added a sub-issue'),
  sub_issue_removed: part('removed a sub-issue'),
  parent_issue_added: part('made this a part of another issue'),
  parent_issue_removed: part('took this out of another issue'),
  blocked_by_added: part('marked this as blocked'),
  blocked_by_removed: part('marked this as not blocked any more'),
  blocking_added: part('marked this as blocking another issue'),
  blocking_removed: part('marked this as not blocking another issue any more'),
}

/** Tells an event; one that GitHub has invented since, in its own word. */
export function tellEvent(event: TimelineEvent): ToldEvent {
  const teller = Object.hasOwn(tellers, event.event) ? tellers[event.event] : undefined
  const other = { icon: DotFillIcon, tone: 'plain', words: event.event.replaceAll(/[_-]/g, ' ') } as const
  return teller?.(event) ?? other
}

function Source({ source }: { source: NonNullable<TimelineEvent['detail']['source']> }) {
  const [owner = '', repo = ''] = source.repository.split('/')
  const number = String(source.number)
  const to = source.is_pull ? '/repos/$owner/$repo/pulls/$number' : '/repos/$owner/$repo/issues/$number'
  return (
    <Link to={to} params={{ owner, repo, number }}>
      {source.title} #{number}
    </Link>
  )
}
