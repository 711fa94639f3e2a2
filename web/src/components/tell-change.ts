import {
  CommentIcon,
  DatabaseIcon,
  EyeIcon,
  GitCommitIcon,
  type Icon,
  InboxIcon,
  PersonIcon,
  RepoIcon,
  RocketIcon,
  SyncIcon,
  WebhookIcon,
  WorkflowIcon,
} from '@primer/octicons-react'
import type { ChangeData, ChangeKind, PlainChanges } from '../../../contract/changes.ts'
import type { Change } from '../../../contract/live.ts'
import { type PlainFace, plainFaces } from '../../../contract/plain-faces.ts'
import type { RunChangeData } from '../../../contract/run.ts'
import { issueLook, pullRequestLook, readable, runLook } from './state-icon.tsx'

export interface Place {
  label: string
  to?: string
}

/** What a change says in one sentence: who did what to what, where. */
export interface Story {
  /** Changes of the same group within a while are told as one. */
  group: string
  icon: Icon
  tone: string
  who: Place | null
  verb: string
  subject: Place | null
  /** How more of the same are counted: `issues`, `commits`. */
  many: string
  count: number
  where: Place | null
}

type Told = Partial<Omit<Story, 'verb'>> & Pick<Story, 'verb'>

const repoPlace = (fullName: string): Place => ({ label: fullName, to: `/repos/${fullName}` })

/** GitHub's actions as verbs; what is missing here is said in GitHub's own word. */
const issueVerbs: Record<string, string> = {
  labeled: 'labelled',
  unlabeled: 'took a label off',
  milestoned: 'set the milestone of',
  demilestoned: 'took the milestone off',
  synchronize: 'pushed to',
  ready_for_review: 'marked as ready',
  converted_to_draft: 'turned into a draft',
  review_requested: 'asked for a review of',
  review_request_removed: 'withdrew a review request on',
  auto_merge_enabled: 'set to merge by itself',
}
const workflowVerbs: Record<ChangeData['workflow.updated']['action'], string> = {
  created: 'created',
  updated: 'updated',
  enabled: 'switched on',
  disabled: 'switched off',
  shared: 'shared',
  hidden: 'hid',
  failed: 'could not start',
  deleted: 'deleted',
}

const userVerbs: Record<string, string> = { created: 'joined', role: 'has a new role' }
const verdicts: Record<string, string> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'requested changes on',
  DISMISSED: 'dismissed a review of',
}

type Teller<Data> = (data: Data, change: Change) => Told | null
const tellers: { [K in Exclude<ChangeKind, keyof PlainChanges>]: Teller<ChangeData[K]> } & {
  [K in 'run.created' | 'run.finished']: Teller<RunChangeData[K]>
} = {
  push({ ref, deleted, forced, count, commits, full_name }) {
    const branch = ref.replace(/^refs\/(heads|tags)\//, '')
    const where = repoPlace(full_name)
    if (deleted) return { verb: 'deleted branch', subject: { label: branch }, where }
    const [title] = commits.at(-1)?.message.split('\n') ?? []
    const to = `${where.to}`
    return {
      group: `push ${full_name} ${branch}`,
      icon: GitCommitIcon,
      verb: forced ? 'force-pushed' : 'pushed',
      subject: count === 1 && title ? { label: title, to } : null,
      count,
      many: 'commits',
      where: { label: `${branch} of ${full_name}`, to },
    }
  },
  'issue.updated'({ action, issue, full_name }) {
    const { icon, tone } = issueLook(issue)
    return {
      icon,
      tone,
      verb: issueVerbs[action] ?? readableVerb(action),
      subject: numbered(issue, `/repos/${full_name}/issues/${issue.number}`),
      many: 'issues',
      where: repoPlace(full_name),
    }
  },
  'issue.removed': ({ action, number, full_name }) => ({
    verb: `${readableVerb(action)} issue`,
    subject: { label: `#${number}` },
    where: repoPlace(full_name),
  }),
  'pull_request.updated'({ action, pull_request, full_name }) {
    const { icon, tone } = pullRequestLook(pull_request)
    const merged = action === 'closed' && pull_request.merged_at
    return {
      icon,
      tone,
      verb: merged ? 'merged' : (issueVerbs[action] ?? readableVerb(action)),
      subject: numbered(pull_request, `/repos/${full_name}/pulls/${pull_request.number}`),
      many: 'pull requests',
      where: repoPlace(full_name),
    }
  },
  'review.updated': ({ review, full_name, title }) => ({
    icon: EyeIcon,
    tone: review.state === 'APPROVED' ? 'success' : 'muted',
    verb: verdicts[review.state] ?? 'reviewed',
    subject: numbered(
      { title, number: review.pull_number },
      `/repos/${full_name}/pulls/${review.pull_number}`,
    ),
    many: 'pull requests',
    where: repoPlace(full_name),
  }),
  'comment.updated': ({ action, comment, full_name, title, pull_request }) => ({
    icon: CommentIcon,
    verb: action === 'edited' ? 'edited a comment on' : 'commented on',
    subject: numbered(
      { title, number: comment.issue_number },
      `/repos/${full_name}/${pull_request ? 'pulls' : 'issues'}/${comment.issue_number}`,
    ),
    many: 'conversations',
    where: repoPlace(full_name),
  }),
  'comment.removed': ({ issue_number, full_name }) => ({
    icon: CommentIcon,
    verb: 'deleted a comment on',
    subject: { label: `#${issue_number}` },
    where: repoPlace(full_name),
  }),
  'actions_run.updated'({ actions_run: run, full_name }) {
    const { icon, tone, word } = runLook(run)
    const to = `/repos/${full_name}/actions/runs/${run.id}`
    return {
      group: `actions ${run.id}`,
      icon,
      tone,
      who: { label: `${run.name} #${run.run_number}`, to },
      verb: run.status === 'completed' ? `${word.toLowerCase()} on` : `is ${word.toLowerCase()} on`,
      subject: { label: run.display_title, to },
      where: repoPlace(full_name),
    }
  },
  // A run's jobs are told by their run.
  'actions_job.updated': () => null,
  'repository.updated': ({ action, repository }) => ({
    icon: RepoIcon,
    verb: `${readableVerb(action)} repository`,
    subject: repoPlace(repository.full_name),
  }),
  'repository.removed': ({ action, full_name }) => ({
    icon: RepoIcon,
    verb: `${readableVerb(action)} repository`,
    subject: { label: full_name },
  }),
  'delivery.stored': ({ event, action, full_name }, { delivery_id }) => ({
    group: `delivery ${event} ${full_name}`,
    icon: WebhookIcon,
    who: { label: 'GitHub' },
    verb: 'sent',
    subject: { label: action ? `${event}.${action}` : event, to: `/deliveries/${delivery_id}` },
    many: `${event} deliveries`,
    where: full_name ? repoPlace(full_name) : null,
  }),
  'delivery.failed': ({ event, error }, { delivery_id }) => ({
    icon: WebhookIcon,
    tone: 'danger',
    who: { label: 'GitHub' },
    verb: `sent what could not be applied (${error}):`,
    subject: { label: event, to: `/deliveries/${delivery_id}` },
  }),
  'sync.progress'({ full_name, resource, state, error }) {
    if (state === 'running') return null
    const verb = state === 'failed' ? `Sync of ${resource} failed (${error ?? 'no reason given'}):` : 'Synced'
    return {
      group: `sync ${full_name} ${state}`,
      icon: SyncIcon,
      tone: state === 'failed' ? 'danger' : 'muted',
      verb,
      subject: { label: readable(resource).toLowerCase() },
      many: 'kinds of things',
      where: full_name ? repoPlace(full_name) : null,
    }
  },
  'workflow.updated': ({ action, workflow_id, name }) => ({
    icon: WorkflowIcon,
    verb: workflowVerbs[action],
    subject: { label: name, to: action === 'deleted' ? undefined : `/workflows/${workflow_id}` },
    many: 'workflows',
  }),
  'access.updated': ({ added, removed }) => ({
    icon: DatabaseIcon,
    verb: `Rights on GitHub changed: ${added} repositories more, ${removed} fewer`,
  }),
  'inbox.updated': () => ({
    group: 'inbox',
    icon: InboxIcon,
    verb: 'Something moved in your',
    subject: { label: 'inbox', to: '/inbox' },
    many: 'threads of your inbox',
  }),
  'user.updated': ({ action, login }) => ({
    group: `user ${action} ${login}`,
    icon: PersonIcon,
    who: { label: login },
    verb: userVerbs[action] ?? readableVerb(action),
    many: 'times',
    subject: null,
  }),
  'run.created': ({ workflow_name, number, name }, { topic }) => ({
    group: topic,
    icon: RocketIcon,
    who: { label: `${workflow_name} #${number}`, to: `/runs/${topic.slice('run:'.length)}` },
    verb: 'started on',
    subject: { label: name, to: `/runs/${topic.slice('run:'.length)}` },
  }),
  'run.finished': ({ conclusion }, { topic }) => {
    const { icon, tone, word } = runLook({ status: 'completed', conclusion })
    return {
      group: topic,
      icon,
      tone,
      who: { label: 'A workflow run', to: `/runs/${topic.slice('run:'.length)}` },
      verb: word.toLowerCase(),
    }
  },
}

/** What happened to an item of a kind of which nothing special is told. */
function tellPlain({ kind, data }: Change): Told | null {
  const [name = ''] = kind.split('.')
  const faces: Record<string, PlainFace<never>> = plainFaces
  const face = Object.hasOwn(faces, name) ? faces[name] : undefined
  if (!face || face.quiet) return null
  const { action, full_name, ...more } = data as { action: string; full_name: string }
  const item = (more as Record<string, never>)[name]
  const [one, many] = face.words
  return {
    verb: (item && face.verb?.(item)) ?? `${readableVerb(action)} ${one}`,
    subject: item ? { label: face.title(item) } : null,
    many,
    where: repoPlace(full_name),
  }
}

/** The story of one change; null for those that another change tells better. */
export function tellChange(change: Change): Story | null {
  // What somebody did from here: the webhook that follows tells it as a story.
  if ((change.data as { action?: unknown } | null)?.action === 'answered') return null
  const teller = tellers[change.kind as keyof typeof tellers] as Teller<unknown> | undefined
  const told = teller ? teller(change.data, change) : tellPlain(change)
  if (!told) return null
  const who = told.who ?? actorOf(change)
  return {
    group: `${change.kind} ${who?.label} ${told.verb} ${told.where?.label}`,
    icon: RepoIcon,
    tone: 'muted',
    subject: null,
    many: 'things',
    count: 1,
    where: null,
    ...told,
    who,
  }
}

/** Who did it: a person, or a workflow of the hub on somebody's behalf. */
function actorOf({ actor }: Change): Place | null {
  if (!actor) return null
  const [, workflow] = actor.split('workflow:')
  return workflow ? { label: 'A workflow', to: `/workflows/${workflow}` } : { label: actor }
}

const readableVerb = (action: string) => action.replaceAll('_', ' ')
const numbered = ({ title, number }: { title: string; number: number }, to: string): Place => ({
  label: `${title} #${number}`,
  to,
})
