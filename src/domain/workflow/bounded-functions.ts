import { type data, wellKnownFunctions } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** No text of an expression grows beyond this. */
export const maxTextLength = 1_048_576

/**
 * GitHub's functions that make text, bounded: nested `format('{0}{0}', …)` doubles at each level, so forty short
 * levels would otherwise ask for a terabyte.
 */
export const boundedFunctions: Map<string, FunctionDefinition> = new Map([
  bounded('format', (template, ...values) => {
    const longest = Math.max(0, ...values.map(textLength))
    return textLength(template) + (template?.coerceString().split('{').length ?? 1) * longest
  }),
  bounded('join', (list, separator) => {
    const items = list && 'values' in list ? list.values() : []
    return items.reduce((sum, item) => sum + textLength(item) + textLength(separator), 0)
  }),
  bounded('tojson', () => 0),
])

function bounded(
  name: string,
  lengthAtMost: (...values: (data.ExpressionData | undefined)[]) => number,
): [string, FunctionDefinition] {
  const definition = wellKnownFunctions[name]
  if (!definition) throw new Error(`the evaluator has no function ${name}`)
  const call = (...values: data.ExpressionData[]) => {
    const result = lengthAtMost(...values) > maxTextLength ? undefined : definition.call(...values)
    if (!result || textLength(result) > maxTextLength) {
      throw new Error(`${definition.name}() would make a text longer than ${maxTextLength} characters`)
    }
    return result
  }
  return [name, { ...definition, call }]
}

function textLength(value: data.ExpressionData | undefined): number {
  return value?.primitive ? value.coerceString().length : 0
}
