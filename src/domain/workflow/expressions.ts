import type { data, Expr } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'
import { truthy } from '@actions/expressions/result'
import { coded, messageOf } from '../../errors.ts'
import { BoundedEvaluator, createWorkMeter, type WorkMeter } from './bounded-evaluator.ts'
import { boundedFunctions, maxTextLength } from './bounded-functions.ts'
import { toExpressionData, toPlain } from './expression-data.ts'
import {
  type Compiled,
  type CompiledExpression,
  compileCondition,
  compileTemplate,
} from './parse-expression.ts'

/**
 * What an expression may look at, by name (`github`, `inputs`, …). Always data: text that came with an event is
 * never parsed as an expression, and no value reaches a JavaScript object of ours.
 */
export type Contexts = Readonly<Record<string, unknown>>

/** Whether any of the texts holds an expression: contexts are built only for those. */
export function holdExpressions(texts: Readonly<Record<string, string>>): boolean {
  for (const name in texts) if (texts[name]?.includes('${{')) return true
  return false
}

/** What the status functions answer. */
export interface StatusChecks {
  success: boolean
  failure: boolean
  cancelled: boolean
}

/**
 * Fills the `${{ }}` of a text from the contexts.
 * Throws `expression_failed` when an expression cannot be evaluated (`fromJSON` of what is not JSON), when the text
 * grows beyond 1 MiB or when making it is too much work.
 */
export function evaluateTemplate(
  text: string,
  contexts: Contexts,
  /** Sees what each expression gives, and may refuse it by throwing. */
  onValue?: (expression: CompiledExpression, value: string) => void,
): string {
  if (!text.includes('${{')) return text
  const values = toContextData(contexts)
  const meter = createWorkMeter()
  let result = ''
  for (const part of remembered(templates, text, compileTemplate)) {
    const value =
      typeof part === 'string' ? part : evaluate(part.expression, values, { meter }).coerceString()
    if (typeof part !== 'string') onValue?.(part, value)
    result += value
    if (result.length > maxTextLength)
      throw coded('expression_failed', `the text grew beyond ${maxTextLength} characters`)
  }
  return result
}

/** A value of a definition: JSON, whose texts may hold expressions. */
export type Written =
  | string
  | number
  | boolean
  | null
  | readonly Written[]
  | { readonly [name: string]: Written }

/**
 * Evaluates all expressions within a value, at any depth. A text that is one expression and nothing else becomes what the
 * expression gives, a list or an object too. Throws as `evaluateTemplate`.
 */
export function evaluateWritten(written: Written, contexts: Contexts): unknown {
  const meter = createWorkMeter()
  const values = toContextData(contexts)
  const visit = (value: Written): unknown => {
    if (typeof value === 'string') {
      if (!value.includes('${{')) return value
      const [only, ...more] = remembered(templates, value, compileTemplate)
      if (typeof only !== 'object' || more.length > 0) return evaluateTemplate(value, contexts)
      return toPlain(evaluate(only.expression, values, { meter }), meter)
    }
    if (isList(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner)]))
  }
  return visit(written)
}

function isList(value: Written): value is readonly Written[] {
  return Array.isArray(value)
}

/**
 * Whether an `if:` holds; null means it was not written. As on GitHub, a condition without a status function
 * only counts while `success()`.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
 */
export function evaluateCondition(
  text: string | null,
  contexts: () => Contexts,
  status: StatusChecks,
): boolean {
  if (text === null || text.trim() === '') return status.success
  const { expression, asksStatus } = remembered(conditions, text, compileCondition)
  if (!asksStatus && !status.success) return false
  return truthy(evaluate(expression, toContextData(contexts()), { meter: createWorkMeter(), status }))
}

/** Whether a `continue-on-error:` holds: a literal, or an expression whose text is `true`. */
export function evaluateFlag(flag: boolean | string, contexts: () => Contexts): boolean {
  return typeof flag === 'boolean' ? flag : evaluateTemplate(flag, contexts()) === 'true'
}

function evaluate(
  expression: Expr,
  values: data.Dictionary,
  { meter, status }: { meter: WorkMeter; status?: StatusChecks },
): data.ExpressionData {
  try {
    const functions = functionsFor(status)
    return new BoundedEvaluator(expression, values, { functions, meter }).evaluate()
  } catch (error) {
    throw coded('expression_failed', deepestMessage(error), { cause: error })
  }
}

/** The evaluator wraps what failed inside an index; the innermost message is the one that helps. */
function deepestMessage(error: unknown): string {
  if (error instanceof RangeError) return 'a value is nested too deeply'
  return error instanceof Error && error.cause !== undefined ? deepestMessage(error.cause) : messageOf(error)
}

function functionsFor(status: StatusChecks | undefined): Map<string, FunctionDefinition> {
  if (!status) return boundedFunctions
  const functions = new Map(boundedFunctions)
  const answers = { ...status, always: true }
  for (const [name, answer] of Object.entries(answers)) {
    functions.set(name, { name, minArgs: 0, maxArgs: 0, call: () => toExpressionData(answer) })
  }
  return functions
}

/** Contexts that do not apply at a place are empty, not missing: the evaluator expects each name to exist. */
function toContextData(contexts: Contexts): data.Dictionary {
  return toExpressionData({ ...noContexts, ...contexts }) as data.Dictionary
}

const noContexts = {
  github: {},
  inputs: {},
  vars: {},
  secrets: {},
  env: {},
  needs: {},
  strategy: {},
  matrix: {},
  jobs: {},
  steps: {},
  job: {},
  runner: {},
}

const templates = new Map<string, Compiled[]>()
const conditions = new Map<string, CompiledExpression>()

/** Parsing costs more than evaluating, and a workflow evaluates the same few texts again and again. */
function remembered<T>(memory: Map<string, T>, text: string, compile: (text: string) => T): T {
  const known = memory.get(text)
  if (known) return known
  const compiled = compile(text)
  if (memory.size >= 5_000) memory.clear()
  memory.set(text, compiled)
  return compiled
}
