import { data, wellKnownFunctions } from '@actions/expressions'
import { replacer } from '@actions/expressions/data/replacer'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'
import { messageOf } from '../../errors.ts'
import { toExpressionData } from './expression-data.ts'

/** No text of an expression grows beyond this. */
export const maxTextLength = 1_048_576

/**
 * GitHub's functions that make values out of values, bounded: nested `format('{0}{0}', …)` doubles at each level, so
 * forty short levels would otherwise ask for a terabyte.
 */
export const boundedFunctions: Map<string, FunctionDefinition> = new Map([
  replaced('format', (format) => (template, ...values) => {
    const longest = Math.max(0, ...values.map(textLength))
    refuseLonger('format', textLength(template) + template.coerceString().split('{').length * longest)
    return format(template, ...values)
  }),
  replaced('join', (join) => (list, ...separator) => {
    const items = 'values' in list ? list.values() : []
    const glue = textLength(separator[0])
    refuseLonger(
      'join',
      items.reduce((sum, item) => sum + textLength(item) + glue, 0),
    )
    return join(list, ...separator)
  }),
  replaced('tojson', () => (value) => new data.StringData(toJson(value))),
  // GitHub's own converts everything at once and passes long lists as arguments.
  replaced('fromjson', () => (text) => toExpressionData(fromJson(text.coerceString()))),
])

type Call = FunctionDefinition['call']

function replaced(name: string, make: (original: Call) => Call): [string, FunctionDefinition] {
  const definition = wellKnownFunctions[name]
  if (!definition) throw new Error(`the evaluator has no function ${name}`)
  return [name, { ...definition, call: make(definition.call) }]
}

function refuseLonger(name: string, length: number): void {
  if (length > maxTextLength)
    throw new Error(`${name}() would make a text longer than ${maxTextLength} characters`)
}

/** Stops while it writes: a webhook may have 25 MB. */
function toJson(value: data.ExpressionData | undefined): string {
  let length = 0
  const text = JSON.stringify(
    value,
    (key, part) => {
      const plain: unknown = replacer(key, part)
      length += key.length + (typeof plain === 'string' ? plain.length : 1)
      refuseLonger('toJSON', length)
      return plain
    },
    '  ',
  )
  refuseLonger('toJSON', text.length)
  return text
}

function fromJson(text: string): unknown {
  if (text.trim() === '') throw new Error('fromJSON() was given an empty text')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`fromJSON() was given what is not JSON: ${messageOf(error)}`)
  }
}

function textLength(value: data.ExpressionData | undefined): number {
  return value?.primitive ? value.coerceString().length : 0
}
