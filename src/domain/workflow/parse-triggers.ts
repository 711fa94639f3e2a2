import { isMap, isScalar, isSeq, type Node } from 'yaml'
import type { Known } from './check-expressions.ts'
import type { EventTrigger, Triggers } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { type Filter, githubEvent, githubEventNames } from './github-events.ts'
import { isGlob } from './glob.ts'
import { parseCall } from './parse-call.ts'
import { parseDispatch } from './parse-inputs.ts'
import { cronProblem, scheduleText, timezoneProblem } from './schedule.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** To find out that a pattern never comes takes a look at many years. */
const maxSchedules = 50

/** Of all patterns of one filter: each is tried on each event. */
const maxPatternText = 8_192

/** What `on:` says, and the names in the context `inputs`. */
interface ReadTriggers {
  triggers: Triggers
  inputs: Known
}

/** Reads `on:`: one event, a list of events, or a mapping of events to their filters. */
export function parseTriggers(reader: YamlReader, on: Entry | undefined): ReadTriggers {
  const read: ReadTriggers = { triggers: { events: [], schedules: [], dispatch: null }, inputs: {} }
  if (!on) return read
  const node = reader.resolve(on.value)
  const events = isMap(node)
    ? (reader.entries(node, "'on'") ?? [])
    : reader
        .texts(on, "an event of 'on'")
        .map(({ value, node: at }) => ({ name: value, key: isScalar(at) ? at : on.key, value: null }))
  for (const entry of events) parseTrigger(reader, read, entry)
  refuseExpressions(reader, node)
  if (events.length === 0 && reader.isFaultless()) reader.problem(on.key, "'on' names no event")
  return read
}

function parseTrigger(reader: YamlReader, { triggers, inputs }: ReadTriggers, entry: Entry): void {
  if (triggers.events.some(({ event }) => event === entry.name)) {
    reader.problem(entry.key, `'${entry.name}' is listed twice`)
  } else if (entry.name === 'schedule') triggers.schedules.push(...parseSchedule(reader, entry))
  else if (entry.name === 'workflow_dispatch') {
    triggers.dispatch = parseDispatch(reader, entry)
    for (const { name } of triggers.dispatch) inputs[name] = null
  } else if (entry.name === 'workflow_call') {
    triggers.call = parseCall(reader, entry)
    for (const { name } of triggers.call.inputs) inputs[name] = null
  } else {
    const trigger = parseEvent(reader, entry)
    if (trigger) triggers.events.push(trigger)
  }
}

/** `on:` is read before anything happens. */
function refuseExpressions(reader: YamlReader, value: Node | null): void {
  const node = reader.resolve(value)
  if (isMap(node)) {
    // What a called workflow gives back comes later.
    for (const { key, value } of node.items)
      if (String(key) !== 'workflow_call') refuseExpressions(reader, value as Node | null)
  } else if (isSeq(node)) for (const item of node.items) refuseExpressions(reader, item as Node | null)
  else if (node && String(node).includes('${{')) reader.problem(node, "'on' must not hold an expression")
}

function parseEvent(reader: YamlReader, entry: Entry): EventTrigger | undefined {
  const event = githubEvent(entry.name)
  if (!event) {
    const names = [...githubEventNames, 'schedule', 'workflow_dispatch', 'workflow_call']
    reader.problem(entry.key, `unknown event '${entry.name}'${didYouMean(entry.name, names)}`)
    return undefined
  }
  const trigger: EventTrigger = { event: entry.name }
  if (!reader.resolve(entry.value)) return trigger
  const hasTypes = event.types === null || event.types.length > 0
  const names = [...(hasTypes ? (['types'] as const) : []), ...event.filters, 'repositories'] as const
  const fields = reader.fields(entry.value, `'${entry.name}'`, { names }, entry.key)
  if (fields?.types) trigger.types = parseTypes(reader, fields.types, event.types)
  if (fields?.repositories) trigger.repositories = parsePatterns(reader, fields.repositories)
  for (const name of event.filters) {
    const filter = fields?.[name]
    if (!filter) continue
    const patterns = parsePatterns(reader, filter)
    if (isJudged(entry.name, name)) trigger[name] = patterns
    else reader.problem(filter.key, `'${name}' has no effect here: the webhook does not tell`, 'warning')
  }
  for (const name of ['branches', 'tags', 'paths'] as const) {
    const both = fields?.[name] && fields[`${name}-ignore`]
    if (both)
      reader.problem(both.key, `'${name}' and '${name}-ignore' exclude each other; use '!' in '${name}'`)
  }
  return trigger
}

type Judged = Exclude<Filter, 'names' | 'versions'>

/** Whether the webhook of an event tells what a filter looks at. */
function isJudged(event: string, filter: Filter): filter is Judged {
  if (filter === 'names' || filter === 'versions') return false
  return event === 'push' || !filter.startsWith('paths')
}

function parseTypes(reader: YamlReader, entry: Entry, types: readonly string[] | null): string[] {
  return reader.texts(entry, "an activity type of 'types'").map(({ value, node }) => {
    if (types && !types.includes(value)) {
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
    const fields = reader.fields(item as Node, "'schedule'", { names: ['cron', 'timezone'] }, entry.key)
    if (!fields) return []
    const cron = readChecked(reader, fields.cron, cronProblem)
    const timezone = readChecked(reader, fields.timezone, timezoneProblem)
    if (!fields.cron) reader.problem((item as Node | null) ?? entry.key, "a schedule needs 'cron'")
    return cron === undefined ? [] : [scheduleText(cron, timezone)]
  })
  return [...new Set(patterns)]
}

/** A text, unless something is wrong with it. */
function readChecked(
  reader: YamlReader,
  field: Entry | undefined,
  problemOf: (text: string) => string | undefined,
): string | undefined {
  const text = field && reader.text(field.value, `'${field.name}'`, field.key)
  if (!field || text === undefined) return undefined
  const problem = problemOf(text)
  if (problem) reader.problem(reader.resolve(field.value) ?? field.key, problem)
  return problem ? undefined : text
}
