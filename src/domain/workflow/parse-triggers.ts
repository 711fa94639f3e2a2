import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { WorkflowInput } from '../../../contract/workflows.ts'
import type { EventTrigger, Triggers } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { githubEvent, githubEventNames } from './github-events.ts'
import { isGlob } from './glob.ts'
import { inputProblem } from './resolve-inputs.ts'
import { cronProblem } from './schedule.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const filterNames = ['branches', 'branches-ignore', 'tags', 'tags-ignore', 'workflows'] as const

/** To find out that a pattern never comes takes a look at many years. */
const maxSchedules = 50

/** GitHub has 25. */
const maxInputs = 100

/** Of all patterns of one filter: each is tried on each event. */
const maxPatternText = 8_192

/** Reads `on:`: one event, a list of events, or a mapping of events to their filters. */
export function parseTriggers(reader: YamlReader, on: Entry): Triggers {
  const triggers: Triggers = { events: [], schedules: [], dispatch: null }
  const node = reader.resolve(on.value)
  if (isMap(node)) {
    for (const entry of reader.entries(node, "'on'") ?? []) parseTrigger(reader, triggers, entry)
  } else {
    for (const { value, node: at } of reader.texts(on, "an event of 'on'")) {
      parseTrigger(reader, triggers, { name: value, key: isScalar(at) ? at : on.key, value: null })
    }
  }
  const none = triggers.events.length === 0 && triggers.schedules.length === 0 && !triggers.dispatch
  if (none && reader.isFaultless()) reader.problem(on.key, "'on' names no event")
  return triggers
}

function parseTrigger(reader: YamlReader, triggers: Triggers, entry: Entry): void {
  if (triggers.events.some(({ event }) => event === entry.name)) {
    reader.problem(entry.key, `'${entry.name}' is listed twice`)
  } else if (entry.name === 'schedule') triggers.schedules.push(...parseSchedule(reader, entry))
  else if (entry.name === 'workflow_dispatch') triggers.dispatch = parseDispatch(reader, entry)
  else {
    const trigger = parseEvent(reader, entry)
    if (trigger) triggers.events.push(trigger)
  }
}

function parseEvent(reader: YamlReader, entry: Entry): EventTrigger | undefined {
  const event = githubEvent(entry.name)
  if (!event) {
    const names = [...githubEventNames, 'schedule', 'workflow_dispatch']
    reader.problem(entry.key, `unknown event '${entry.name}'${didYouMean(entry.name, names)}`)
    return undefined
  }
  const trigger: EventTrigger = { event: entry.name }
  if (!reader.resolve(entry.value)) return trigger
  const filters = filterNames.filter((name) => event.filters?.some((filter) => name.startsWith(filter)))
  const names = [...(event.types.length > 0 ? (['types'] as const) : []), ...filters, 'repositories'] as const
  const fields = reader.fields(entry.value, `'${entry.name}'`, { names, unsupported }, entry.key)
  if (fields?.types) trigger.types = parseTypes(reader, fields.types, event.types)
  if (fields?.repositories) trigger.repositories = parsePatterns(reader, fields.repositories)
  for (const name of filters) {
    const filter = fields?.[name]
    if (filter) trigger[name] = parsePatterns(reader, filter)
  }
  for (const name of ['branches', 'tags'] as const) {
    const both = fields?.[name] && fields[`${name}-ignore`]
    if (both)
      reader.problem(both.key, `'${name}' and '${name}-ignore' exclude each other; use '!' in '${name}'`)
  }
  return trigger
}

const unsupported = {
  paths: 'is not supported: webhooks do not tell all files of a change; ask in a step',
  'paths-ignore': 'is not supported: webhooks do not tell all files of a change; ask in a step',
}

function parseTypes(reader: YamlReader, entry: Entry, types: readonly string[]): string[] {
  return reader.texts(entry, "an activity type of 'types'").map(({ value, node }) => {
    if (!types.includes(value) && !types.includes('*')) {
      reader.problem(node, `unknown activity type '${value}'${didYouMean(value, types)}`)
    }
    return value
  })
}

function parsePatterns(reader: YamlReader, entry: Entry): string[] {
  const patterns = reader.texts(entry, `a pattern of '${entry.name}'`).map(({ value, node }) => {
    if (!isGlob(value.replace(/^!/, ''))) reader.problem(node, `'${value}' is not a pattern that can be read`)
    return value
  })
  const length = patterns.reduce((sum, pattern) => sum + pattern.length, 0)
  if (length > maxPatternText)
    reader.problem(
      entry.key,
      `the patterns of '${entry.name}' have more than ${maxPatternText} characters together`,
    )
  if (patterns.length > 0 && patterns.every((pattern) => pattern.startsWith('!'))) {
    reader.problem(
      entry.key,
      `'${entry.name}' only excludes; begin with a pattern that includes, such as '**'`,
    )
  }
  return patterns
}

function parseSchedule(reader: YamlReader, entry: Entry): string[] {
  const node = reader.resolve(entry.value)
  if (!isSeq(node)) {
    reader.problem(node ?? entry.key, "'schedule' must be a list of '- cron: …'")
    return []
  }
  if (node.items.length > maxSchedules) {
    reader.problem(
      entry.key,
      `a workflow has at most ${maxSchedules} schedules; this one has ${node.items.length}`,
    )
    return []
  }
  const patterns = node.items.flatMap((item) => {
    const cron = reader.fields(item as Node, "'schedule'", { names: ['cron'] }, entry.key)?.cron
    if (!cron) return []
    const pattern = reader.text(cron.value, "'cron'", cron.key)
    const problem = pattern === undefined ? undefined : cronProblem(pattern)
    if (problem) reader.problem(reader.resolve(cron.value) ?? cron.key, problem)
    return pattern === undefined ? [] : [pattern]
  })
  return [...new Set(patterns)]
}

function parseDispatch(reader: YamlReader, entry: Entry): WorkflowInput[] {
  if (!reader.resolve(entry.value)) return []
  const inputs = reader.fields(entry.value, "'workflow_dispatch'", { names: ['inputs'] }, entry.key)?.inputs
  if (!inputs || !reader.resolve(inputs.value)) return []
  const entries = reader.entries(inputs.value, "'inputs'") ?? []
  if (entries.length > maxInputs) {
    reader.problem(inputs.key, `a workflow has at most ${maxInputs} inputs; this one has ${entries.length}`)
    return []
  }
  return entries.map((input) => parseInput(reader, input))
}

const inputTypes = ['string', 'boolean', 'number', 'choice'] as const

function parseInput(reader: YamlReader, entry: Entry): WorkflowInput {
  const input: WorkflowInput = {
    name: entry.name,
    type: 'string',
    description: null,
    required: false,
    default: null,
    options: [],
  }
  if (!/^[A-Za-z_][\w-]*$/.test(entry.name)) {
    reader.problem(entry.key, `'${entry.name}' is no name of an input: letters, digits, '-' and '_'`)
  }
  if (!reader.resolve(entry.value)) return input
  const what = `input '${entry.name}'`
  const names = ['type', 'description', 'required', 'default', 'options', 'deprecationMessage'] as const
  const fields = reader.fields(entry.value, what, { names }, entry.key) ?? {}
  if (fields.type) {
    const written = reader.text(fields.type.value, `'type' of ${what}`, fields.type.key) ?? 'string'
    const type = inputTypes.find((candidate) => candidate === written)
    if (type) input.type = type
    else
      reader.problem(
        fields.type.value ?? fields.type.key,
        `unknown type '${written}'${didYouMean(written, inputTypes)}`,
      )
  }
  if (fields.description) {
    input.description =
      reader.text(fields.description.value, `'description' of ${what}`, fields.description.key) ?? null
  }
  if (fields.required) {
    const required = reader.text(fields.required.value, `'required' of ${what}`, fields.required.key)
    if (required === 'true') input.required = true
    else if (required !== 'false')
      reader.problem(fields.required.key, `'required' of ${what} must be true or false`)
  }
  if (fields.options)
    input.options = reader.texts(fields.options, `an option of ${what}`).map(({ value }) => value)
  if (input.type === 'choice' && input.options.length === 0) {
    reader.problem(entry.key, `${what} is a choice and needs 'options'`)
  }
  if (fields.default) {
    input.default = reader.text(fields.default.value, `'default' of ${what}`, fields.default.key) ?? null
    const problem = input.default === null ? undefined : inputProblem(input, input.default)
    if (problem) reader.problem(fields.default.value ?? fields.default.key, `'default' of ${what} ${problem}`)
  }
  return input
}
