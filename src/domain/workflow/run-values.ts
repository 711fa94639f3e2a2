import type { RunChange } from '../../../contract/run.ts'
import type { Masks } from '../masks.ts'
import type { WorkflowDefinition } from './definition.ts'

/** What a run is told that does not stand in its source: the contexts `vars` and `secrets`. */
export interface RunValues {
  vars: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
  /** Hides what the secrets hold; null: there are none. */
  masks: Masks | null
}

/** Nothing to be told. */
export const noValues: RunValues = { vars: {}, secrets: {}, masks: null }

/** An entry of the journal without what nobody may read: secrets are `***` in every text of it. */
export function maskChange<Change extends RunChange>(
  change: Change,
  masks: Masks | null | undefined,
): Change {
  return masks ? { ...change, data: maskTexts(change.data, masks, words) } : change
}

/** Fields whose words are the source's or the hub's own: by these a run goes on, also where a secret is such a word. */
const words: ReadonlySet<string> = new Set([
  ...['job', 'step', 'id', 'needs', 'uses'],
  ...['outcome', 'conclusion', 'code', 'wake_at', 'queue'],
])
/** Fields that hold what somebody named as they liked. */
const given: ReadonlySet<string> = new Set(['outputs', 'env', 'inputs', 'matrix'])
const none: ReadonlySet<string> = new Set()

function maskTexts(value: unknown, masks: Masks, kept: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return masks.hide(value)
  if (Array.isArray(value)) return value.map((each) => maskTexts(each, masks, kept))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      kept.has(name) ? each : maskTexts(each, masks, given.has(name) ? none : kept),
    ]),
  )
}

const readers = new WeakMap<WorkflowDefinition, Readonly<Record<'vars' | 'secrets', boolean>>>()

/** Which of them a workflow may read; most read none, and for those nobody has to look. */
export function valuesReadBy(definition: WorkflowDefinition): Readonly<Record<'vars' | 'secrets', boolean>> {
  const known = readers.get(definition)
  if (known) return known
  const read = { vars: false, secrets: false }
  noteReaders(definition, read, new Set())
  readers.set(definition, read)
  return read
}

/** A workflow that is called from many places is in the definition at each of them: it is looked at once. */
function noteReaders(value: unknown, read: Record<'vars' | 'secrets', boolean>, seen: Set<object>): void {
  if (typeof value === 'string') {
    read.vars ||= /\bvars\b/i.test(value)
    read.secrets ||= /\bsecrets\b/i.test(value)
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const each of Object.values(value)) noteReaders(each, read, seen)
}
