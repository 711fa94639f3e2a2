import { isMap } from 'yaml'
import type { Known, Place } from './check-expressions.ts'
import { checkValue } from './check-value.ts'
import { idPattern, type JobDefinition } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { propertiesOf, scopeOf } from './github-schema.ts'
import { parseCallingJob } from './parse-call.ts'
import { parseConcurrency } from './parse-concurrency.ts'
import { parseCondition, parseFlag, parseName, parseTimeout } from './parse-condition.ts'
import { parseDefaults, type RunDefaults, withDefaults } from './parse-defaults.ts'
import { parseEnv } from './parse-env.ts'
import { parseRunsOn } from './parse-runs-on.ts'
import { parseSteps } from './parse-steps.ts'
import { parseStrategy } from './parse-strategy.ts'
import { checkWithoutEffect, jobTypes } from './without-effect.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Of a job with steps, and of one that calls another workflow. */
const words = {
  steps: [...propertiesOf('job-factory').keys()],
  uses: [...propertiesOf('workflow-job').keys()],
}

/** Words by which a job cannot run here, with their type in GitHub's schema, and why. */
const unable: Readonly<Record<string, { type: string; why: string }>> = {
  environment: { type: 'job-environment', why: 'no environment protects its jobs' },
  container: { type: 'container', why: 'there are no containers' },
  services: { type: 'services', why: 'there are no containers' },
  snapshot: { type: 'snapshot', why: 'there are no images of runners' },
}

const maxJobs = 256
/** Of all jobs together: a plan looks at every step. */
const maxSteps = 1_000

/** Reads `jobs:`; `known` holds the names that every job may use, `defaults` what the workflow says of all commands. */
export function parseJobs(
  reader: YamlReader,
  jobs: Entry,
  { known, defaults }: { known: Known; defaults: RunDefaults },
): JobDefinition[] {
  const entries = reader.entries(jobs.value, "'jobs'", jobs.key) ?? []
  if (entries.length === 0 && reader.isFaultless()) reader.problem(jobs.key, "'jobs' names no job")
  if (entries.length > maxJobs) {
    reader.problem(jobs.key, `a workflow has at most ${maxJobs} jobs; this one has ${entries.length}`)
    return []
  }
  const outputsByJob = new Map(entries.map((entry) => [entry.name, outputNames(reader, entry)]))
  const parsed = entries.map((entry) => parseJob(reader, entry, { known, defaults, outputsByJob }))
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
  {
    known,
    defaults,
    outputsByJob,
  }: { known: Known; defaults: RunDefaults; outputsByJob: ReadonlyMap<string, Known> },
): JobDefinition {
  const what = `job '${entry.name}'`
  if (!idPattern.test(entry.name)) {
    reader.problem(
      entry.key,
      `'${entry.name}' is no id of a job: letters, digits, '-' and '_', not beginning with '__'`,
    )
  }
  const calls = hasWord(reader, entry, 'uses')
  const readable = reader.fields(entry.value, what, { names: calls ? words.uses : words.steps }, entry.key)
  const fields = readable ?? {}
  if (readable && !calls && !readable.steps) reader.problem(entry.key, `${what} has no 'steps'`)
  const needs = fields.needs ? parseNeeds(reader, fields.needs, { job: entry.name, jobs: outputsByJob }) : []
  const needed = needs.map((id): [string, Known] => [
    id,
    { result: null, outputs: outputsByJob.get(id) ?? null },
  ])
  const here: Known = { ...known, needs: Object.fromEntries(needed) }
  const at = (type: string): Place => ({ scope: scopeOf(type), known: here })
  checkWithoutEffect(reader, fields, jobTypes)
  const call = calls ? parseCallingJob(reader, fields, here) : undefined
  const reason = call?.unable ?? parseUnable(reader, fields)
  const strategy = fields.strategy && parseStrategy(reader, fields.strategy)
  const concurrency =
    fields.concurrency &&
    parseConcurrency(reader, fields.concurrency, { type: 'job-concurrency', known: here })
  const ownDefaults = parseDefaults(reader, fields.defaults, 'job-defaults')
  const steps = fields.steps ? parseSteps(reader, fields.steps, here) : undefined
  return {
    id: entry.name,
    name: (fields.name && parseName(reader, fields.name, at('string-strategy-context'))) || entry.name,
    needs,
    if: fields.if ? parseCondition(reader, fields.if, at('job-if')) : null,
    env: fields.env ? parseEnv(reader, fields.env, at('job-env')) : {},
    outputs: fields.outputs
      ? parseEnv(reader, fields.outputs, {
          scope: scopeOf('string-runner-context'),
          known: { ...here, ...(steps && { steps: steps.known }) },
        })
      : {},
    continue_on_error: fields['continue-on-error']
      ? parseFlag(reader, fields['continue-on-error'], at('boolean-strategy-context'))
      : false,
    steps: (steps?.steps ?? []).map((step) => withDefaults(step, defaults, ownDefaults)),
    ...(fields['runs-on'] && { runs_on: parseRunsOn(reader, fields['runs-on']) }),
    ...(strategy && { strategy }),
    ...(concurrency && { concurrency }),
    ...(call && !call.unable && { call: { uses: call.uses, with: call.with } }),
    ...(fields['timeout-minutes'] && {
      timeout_minutes:
        parseTimeout(reader, fields['timeout-minutes'], at('number-strategy-context')) ?? undefined,
    }),
    ...(reason && { unable: reason }),
  }
}

/** Whether a mapping has a word, looked up before it is read. */
function hasWord(reader: YamlReader, { value }: Entry, word: string): boolean {
  const node = reader.resolve(value)
  return isMap(node) && node.has(word)
}

/** Checks the words by which a job cannot run here, and says so at each; the reasons together. */
function parseUnable(reader: YamlReader, fields: Readonly<Record<string, Entry | undefined>>): string {
  const reasons = Object.entries(unable).flatMap(([name, { type, why }]) => {
    const entry = fields[name]
    if (!entry) return []
    checkValue(reader, entry, type)
    reader.problem(entry.key, `a job with '${name}' cannot run here: ${why}`, 'warning')
    return [`'${name}': ${why}`]
  })
  return reasons.join('; ')
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
