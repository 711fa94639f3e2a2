import { propertiesOf, shapesOf, valuesOf } from './github-schema.ts'

interface GithubEvent {
  /** The webhook that brings it, where it has another name. */
  webhook: string
  /** Activity types (`action` of the payload); none: the event has no types; null: any. */
  types: readonly string[] | null
  /** Types that count when `types` is absent, where GitHub does not take all. */
  defaultTypes?: readonly string[]
  /** What `on:` may say about it besides `types`. */
  filters: readonly Filter[]
}

const filterNames = [
  'branches',
  'branches-ignore',
  'tags',
  'tags-ignore',
  'paths',
  'paths-ignore',
  'workflows',
  'names',
  'versions',
] as const
export type Filter = (typeof filterNames)[number]

/** Words of `on:` that no webhook brings. */
const ownReaders = new Set(['schedule', 'workflow_dispatch', 'workflow_call'])

/** https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  check_suite: ['completed'],
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
}

const webhooks: Readonly<Record<string, string>> = {
  pull_request_target: 'pull_request',
  pull_request_comment: 'issue_comment',
}

/** What only exists as a webhook: the hub receives that too. */
const onlyWebhooks: Readonly<Record<string, readonly string[]>> = {
  commit_comment: ['created'],
  repository: [
    'created',
    'deleted',
    'archived',
    'unarchived',
    'edited',
    'renamed',
    'transferred',
    'publicized',
    'privatized',
  ],
  star: ['created', 'deleted'],
  workflow_job: ['queued', 'waiting', 'in_progress', 'completed'],
}

/** Types of webhooks that GitHub's own workflows do not listen to. */
const moreTypes: Readonly<Record<string, readonly string[]>> = {
  check_suite: ['requested', 'rerequested'],
}

const events: ReadonlyMap<string, GithubEvent> = new Map([
  ...[...propertiesOf('on-mapping-strict')]
    .filter(([name]) => !ownReaders.has(name))
    .map(([name, { type }]) => [name, publishedEvent(name, type)] as const),
  ...Object.entries(onlyWebhooks).map(
    ([name, types]) => [name, { webhook: name, types, filters: [] }] as const,
  ),
])

function publishedEvent(name: string, type: string): GithubEvent {
  const words = mappingOf(type)
  const types = words?.get('types')?.type
  const known = types === undefined ? [] : [...valuesOf(types), ...(moreTypes[name] ?? [])]
  return {
    webhook: webhooks[name] ?? name,
    types: types !== undefined && known.length === 0 ? null : known,
    ...(defaultTypes[name] && { defaultTypes: defaultTypes[name] }),
    filters: filterNames.filter((filter) => words?.has(filter)),
  }
}

/** The words of an event; undefined for one that has none. */
function mappingOf(type: string): ReturnType<typeof propertiesOf> | undefined {
  const mapping = shapesOf(type).find((shape) => shape.kind === 'mapping')
  return mapping?.properties
}

/** Names of the GitHub events that can start a workflow. */
export const githubEventNames = [...events.keys()]

/** An event's activity types and filters, or undefined when no workflow can listen to it. */
export function githubEvent(name: string): GithubEvent | undefined {
  return events.get(name)
}

/** The webhook that brings an event of `on:`. */
export function webhookOf(event: string): string {
  return events.get(event)?.webhook ?? event
}
