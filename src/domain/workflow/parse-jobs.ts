import type { Known, Place } from './check-expressions.ts'
import { idPattern, type JobDefinition } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { parseCondition, parseFlag } from './parse-condition.ts'
import { parseEnv } from './parse-env.ts'
import { parseSteps } from './parse-steps.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const words = ['name', 'needs', 'if', 'env', 'outputs', 'continue-on-error', 'steps', 'runs-on'] as const

const unsupported = {
  strategy: 'comes with a later release',
  uses: 'of a job (reusable workflows) comes with a later release',
  with: 'belongs to a step here',
  secrets: 'comes with a later release',
  permissions: "is not needed: steps act with the rights of the workflow's maker",
  environment: 'comes with a later release',
  concurrency: 'comes with a later release',
  container: 'is not supported: steps run in the hub',
  services: 'is not supported: steps run in the hub',
  defaults: 'sets up shell steps, which come with a later release',
  'timeout-minutes': 'belongs to a step here',
}

const maxJobs = 256
/** Of all jobs together: a plan looks at every step. */
const maxSteps = 1_000

/** Reads `jobs:`; `known` holds the names that every job may use. */
export function parseJobs(reader: YamlReader, jobs: Entry, known: Known): JobDefinition[] {
  const entries = reader.entries(jobs.value, "'jobs'", jobs.key) ?? []
  if (entries.length === 0 && reader.isFaultless()) reader.problem(jobs.key, "'jobs' names no job")
  if (entries.length > maxJobs) {
    reader.problem(jobs.key, `a workflow has at most ${maxJobs} jobs; this one has ${entries.length}`)
    return []
  }
  const outputsByJob = new Map(entries.map((entry) => [entry.name, outputNames(reader, entry)]))
  const parsed = entries.map((entry) => parseJob(reader, entry, { known, outputsByJob }))
  const steps = parsed.reduce((sum, job) => sum + job.steps.length, 0)
  if (steps > maxSteps)
    reader.problem(jobs.key, `a workflow has at most ${maxSteps} steps; this one has ${steps}`)
  reportLoops(reader, entries, parsed)
  return parsed
}

/** Peeked at before the jobs are read: a job may need one that is written further down. */
function outputNames(reader: YamlReader, job: Entry): Known {
  const node = reader.resolve(job.value)
  const outputs = node && 'get' in node ? (node.get('outputs', true) as Entry['value']) : null
  const names = outputs && 'items' in outputs ? (outputs.items as { key?: unknown }[]) : []
  reader.spend(names.length)
  return Object.fromEntries(names.map(({ key }) => [String(key), null]))
}

function parseJob(
  reader: YamlReader,
  entry: Entry,
  { known, outputsByJob }: { known: Known; outputsByJob: ReadonlyMap<string, Known> },
): JobDefinition {
  const what = `job '${entry.name}'`
  if (!idPattern.test(entry.name)) {
    reader.problem(
      entry.key,
      `'${entry.name}' is no id of a job: letters, digits, '-' and '_', not beginning with '__'`,
    )
  }
  const readable = reader.fields(entry.value, what, { names: words, unsupported }, entry.key)
  const fields = readable ?? {}
  if (readable && !readable.steps) reader.problem(entry.key, `${what} has no 'steps'`)
  if (fields['runs-on']) {
    reader.problem(fields['runs-on'].key, "'runs-on' has no effect: steps run in the hub", 'warning')
  }
  const needs = fields.needs ? parseNeeds(reader, fields.needs, { job: entry.name, jobs: outputsByJob }) : []
  const known_ = {
    ...known,
    needs: Object.fromEntries(
      needs.map((id) => [id, { result: null, outputs: outputsByJob.get(id) ?? null }]),
    ),
  }
  const place: Place = { scope: { contexts: ['github', 'inputs', 'needs'], status: false }, known: known_ }
  const name = fields.name ? reader.text(fields.name.value, `'name' of ${what}`, fields.name.key) : undefined
  const steps = fields.steps ? parseSteps(reader, fields.steps, known_) : undefined
  return {
    id: entry.name,
    name: name || entry.name,
    needs,
    if: fields.if ? parseCondition(reader, fields.if, place) : null,
    env: fields.env ? parseEnv(reader, fields.env, place) : {},
    outputs: fields.outputs
      ? parseEnv(reader, fields.outputs, {
          scope: { contexts: ['github', 'inputs', 'needs', 'env', 'steps', 'job'], status: false },
          known: { ...known_, ...(steps && { steps: steps.known }) },
        })
      : {},
    continue_on_error: fields['continue-on-error']
      ? parseFlag(reader, fields['continue-on-error'], place)
      : false,
    steps: steps?.steps ?? [],
  }
}

function parseNeeds(
  reader: YamlReader,
  entry: Entry,
  { job, jobs }: { job: string; jobs: ReadonlyMap<string, unknown> },
): string[] {
  const needs = reader.texts(entry, "a job of 'needs'").flatMap(({ value, node }) => {
    if (value === job) reader.problem(node, `job '${job}' needs itself`)
    else if (!jobs.has(value))
      reader.problem(node, `there is no job '${value}'${didYouMean(value, [...jobs.keys()])}`)
    else return [value]
    return []
  })
  return [...new Set(needs)]
}

/** Every loop of `needs` has a job that cannot be ordered; the first of each is reported. */
function reportLoops(reader: YamlReader, entries: readonly Entry[], jobs: readonly JobDefinition[]): void {
  const needsOf = new Map(jobs.map((job) => [job.id, job.needs]))
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const visit = (id: string): void => {
    if (state.get(id) === 'done') return
    if (state.get(id) === 'open') {
      const loop = [...path.slice(path.indexOf(id)), id]
      const key = entries.find((entry) => entry.name === id)?.key
      if (key) reader.problem(key, `these jobs wait for each other: ${loop.join(' → ')}`)
      return
    }
    state.set(id, 'open')
    path.push(id)
    for (const need of needsOf.get(id) ?? []) visit(need)
    path.pop()
    state.set(id, 'done')
  }
  for (const { id } of jobs) visit(id)
}
