import type { Right } from '../access.ts'

/**
 * The catalogue of step kinds: what `uses:` may name and what `with:` may hold. The validator reads it to
 * explain mistakes at their line; the engine holds one implementation for each name.
 */
export interface StepKind {
  description: string
  /** `byLine`: each of its lines says something of its own. */
  inputs: Record<string, { description: string; required?: boolean; byLine?: true }>
  /** Takes inputs of any name besides those listed. */
  anyInput?: boolean
  outputs: Record<string, string>
  /** The right that it needs in the repository of its input `repository`; without it there is no way to GitHub. */
  acts?: Right
  /** Has no effect outside of its run: it is done in the moment in which it would start. */
  pure?: true
  /**
   * Whether it may be done again after an error that may pass, given its inputs: then what it had begun is not done
   * twice.
   */
  repeatable(inputs: Readonly<Record<string, string>>): boolean
  /** Nobody can tell how far one came whose process was ended with the hub: it is not done again by itself. */
  unknownAfterCrash?: true
  /** Gives outputs of any name besides those listed. */
  anyOutput?: boolean
  /** After how many minutes a step of this kind fails, unless it says otherwise. */
  timeoutMinutes: number
}

const target = {
  'issue-number': { description: 'Issue or pull request; default: the one of the event' },
  repository: { description: '`owner/name`; default: the repository of the event' },
} as const

/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

const catalogue = {
  'github/comment': {
    acts: 'write',
    description: 'Comments on an issue or a pull request, once, whatever happens to the hub meanwhile',
    inputs: { body: { description: 'Text of the comment, in Markdown', required: true }, ...target },
    outputs: { 'comment-id': 'Number of the comment', url: 'Its page on GitHub' },
    // The comment carries the mark of its step, which the next attempt looks for.
    repeatable: () => true,
    timeoutMinutes: 5,
  },
  'github/add-labels': {
    acts: 'write',
    description: 'Adds labels to an issue or a pull request',
    inputs: { labels: { description: 'Names, separated by commas or lines', required: true }, ...target },
    outputs: { labels: 'All labels that it has now, separated by commas' },
    // Adding a label twice is adding it once.
    repeatable: () => true,
    timeoutMinutes: 5,
  },
  'http/request': {
    description: 'Sends an HTTP request to a public address; fails unless the answer is 2xx',
    inputs: {
      url: { description: 'http or https', required: true },
      method: { description: 'Default: GET' },
      headers: { description: 'One `Name: value` a line', byLine: true },
      body: { description: 'Sent as it is' },
    },
    outputs: { status: 'Status code', 'content-type': 'As answered', body: 'At most 60 KiB of it' },
    repeatable: ({ method }) => idempotentMethods.has((method || 'GET').trim().toUpperCase()),
    timeoutMinutes: 1,
  },
  'hub/sleep': {
    description: 'Waits; a restart of the hub does not disturb it',
    inputs: {
      seconds: { description: 'How long' },
      until: { description: 'Or until when, in ISO 8601' },
    },
    outputs: {},
    repeatable: () => true,
    timeoutMinutes: 0,
  },
  'hub/set-output': {
    description: 'Keeps each of its inputs as an output of the same name',
    inputs: {},
    anyInput: true,
    outputs: {},
    anyOutput: true,
    pure: true,
    repeatable: () => true,
    timeoutMinutes: 1,
  },
  run: {
    description: "Runs a command on the hub's machine",
    inputs: {
      run: { description: 'The script', required: true },
      shell: { description: 'bash, sh, python, node, or a command with {0} in it' },
      'working-directory': { description: 'Within the workspace of the job' },
    },
    outputs: {},
    anyOutput: true,
    repeatable: () => false,
    unknownAfterCrash: true,
    // As GitHub's limit of a job.
    timeoutMinutes: 360,
  },
} as const satisfies Record<string, StepKind>

export type StepKindName = keyof typeof catalogue

/** What `uses:` may name; `run` is a word of its own. */
export const stepKindNames = (Object.keys(catalogue) as StepKindName[]).filter((name) => name !== 'run')

/** The kind that `uses:` names, or undefined. */
export function stepKind(name: string): StepKind | undefined {
  return Object.hasOwn(catalogue, name) ? catalogue[name as StepKindName] : undefined
}
