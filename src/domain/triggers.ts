import type { EventTrigger } from './workflow/definition.ts'
import { githubEvent, webhookOf } from './workflow/github-events.ts'
import { passesGlobs } from './workflow/glob.ts'
import { pick, pickText } from './workflow/pick.ts'

/** A webhook as triggers see it. */
export interface TriggerEvent {
  name: string
  action: string | null
  /** `owner/name` */
  repository: string
  payload: unknown
}

/** Begins the invisible line that our comments carry. */
export const ownMarker = '<!-- cldcde:'

/**
 * Whether an event comes from a comment that a workflow wrote: such events start nothing, or a workflow that
 * answers comments would answer itself for ever. (Who copies the marker into a comment only keeps that comment
 * from starting workflows.)
 */
export function isOwnEcho({ payload }: Pick<TriggerEvent, 'payload'>): boolean {
  return [pickText(payload, 'comment', 'body'), pickText(payload, 'review', 'body')].some((body) =>
    body?.includes(ownMarker),
  )
}

/**
 * Whether an event passes a trigger's filters, with GitHub's defaults for activity types.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function matchesTrigger(trigger: EventTrigger, event: TriggerEvent): boolean {
  return (
    webhookOf(trigger.event) === event.name &&
    passesTypes(trigger, event.action) &&
    (!trigger.repositories || passesGlobs(trigger.repositories, event.repository)) &&
    passesRef(trigger, event) &&
    passesPaths(trigger, event) &&
    isOnPullRequest(trigger, event) &&
    passesWorkflows(trigger, event)
  )
}

function passesTypes(trigger: EventTrigger, action: string | null): boolean {
  const known = githubEvent(trigger.event)
  if (known?.types?.length === 0) return true
  const types = trigger.types ?? known?.defaultTypes
  return !types || (action !== null && types.includes(action))
}

function passesRef(trigger: EventTrigger, { name, payload }: TriggerEvent): boolean {
  switch (name) {
    case 'push':
      return passesPush(trigger, payload)
    case 'pull_request': // and `pull_request_target`
      return passesBranch(trigger, pickText(payload, 'pull_request', 'base', 'ref'))
    case 'workflow_run':
      return passesBranch(trigger, pickText(payload, 'workflow_run', 'head_branch'))
    case 'merge_group':
      return passesBranch(trigger, branchOf(pickText(payload, 'merge_group', 'base_ref')))
    default:
      return true
  }
}

/**
 * A deleted ref is no push. With filters for branches only, tags do not pass, and the other way round.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
 */
function passesPush(trigger: EventTrigger, payload: unknown): boolean {
  if (pick(payload, 'deleted') === true) return false
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/s.exec(pickText(payload, 'ref') ?? '') ?? []
  if (kind === undefined || name === undefined) return false
  const filtersBranches = Boolean(trigger.branches ?? trigger['branches-ignore'])
  const filtersTags = Boolean(trigger.tags ?? trigger['tags-ignore'])
  if (kind === 'heads') return filtersBranches ? passesBranch(trigger, name) : !filtersTags
  if (!filtersTags) return !filtersBranches
  return passes(name, trigger.tags, trigger['tags-ignore'])
}

/** The payload of a push names so many of its commits at most. */
const commitsOfPush = 2_048

/**
 * Of a push to a branch: whether one of the files that its commits touch passes. One whose files are not told starts the
 * workflow, as on GitHub where the difference cannot be made.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore
 */
function passesPaths(trigger: EventTrigger, { name, payload }: TriggerEvent): boolean {
  const { paths, 'paths-ignore': ignored } = trigger
  if (name !== 'push' || (!paths && !ignored)) return true
  const commits = pick(payload, 'commits')
  const isBranch = pickText(payload, 'ref')?.startsWith('refs/heads/')
  if (!isBranch || !Array.isArray(commits) || commits.length === 0 || commits.length >= commitsOfPush)
    return true
  const files = commits.flatMap((commit) =>
    ['added', 'removed', 'modified'].flatMap((kind) => {
      const list = pick(commit, kind)
      return Array.isArray(list) ? list.filter((file) => typeof file === 'string') : []
    }),
  )
  return files.some((file) => passes(file, paths, ignored))
}

/** `issue_comment` tells of both. */
function isOnPullRequest(trigger: EventTrigger, { payload }: TriggerEvent): boolean {
  return trigger.event !== 'pull_request_comment' || pick(payload, 'issue', 'pull_request') !== undefined
}

function branchOf(ref: string | undefined): string | undefined {
  return ref?.replace(/^refs\/heads\//, '')
}

function passesBranch(trigger: EventTrigger, branch: string | undefined): boolean {
  return passes(branch, trigger.branches, trigger['branches-ignore'])
}

function passes(
  name: string | undefined,
  included: readonly string[] | undefined,
  ignored: readonly string[] | undefined,
): boolean {
  if (included) return name !== undefined && passesGlobs(included, name)
  return !ignored || name === undefined || !passesGlobs(ignored, name)
}

function passesWorkflows(trigger: EventTrigger, { payload }: TriggerEvent): boolean {
  if (!trigger.workflows) return true
  const name = pickText(payload, 'workflow_run', 'name') ?? pickText(payload, 'workflow', 'name')
  return name !== undefined && passesGlobs(trigger.workflows, name)
}
