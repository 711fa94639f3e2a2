import { isScalar, type Node } from 'yaml'
import { didYouMean } from './did-you-mean.ts'
import {
  type CompiledExpression,
  compileCondition,
  compileTemplate,
  ExpressionMistake,
  referencesOf,
  type Scope,
} from './parse-expression.ts'
import type { YamlReader } from './yaml-reader.ts'

/** Names that exist at a place below a context: `{ needs: { build: { outputs: { sha: {} } } } }`; null: anything. */
export interface Known {
  [name: string]: Known | null
}

export interface Place {
  scope: Scope
  known?: Known
}

/** Reports mistakes in the `${{ }}` of a text at their own line and column, and warns of names that lead nowhere. */
export function checkTemplate(reader: YamlReader, node: Node | null, text: string, place: Place): void {
  check(reader, node, text, place, () =>
    compileTemplate(text, place.scope).filter((part) => typeof part !== 'string'),
  )
}

/** The same for an `if:`. */
export function checkCondition(reader: YamlReader, node: Node | null, text: string, place: Place): void {
  check(reader, node, text, place, () => [compileCondition(text, place.scope)])
}

function check(
  reader: YamlReader,
  node: Node | null,
  text: string,
  place: Place,
  compile: () => CompiledExpression[],
): void {
  try {
    for (const reference of compile().flatMap(referencesOf)) {
      const problem = unknownName(reference.path, place.known)
      if (problem) reader.problemAt(locate(reader.source, node, text, reference.offset), problem, 'warning')
    }
  } catch (error) {
    if (!(error instanceof ExpressionMistake)) throw error
    reader.problemAt(locate(reader.source, node, text, error.offset), error.message)
  }
}

function unknownName(path: readonly string[], known: Known | undefined): string | undefined {
  let here: Known | null | undefined = known
  for (const [depth, name] of path.entries()) {
    if (!here) return undefined
    const names: string[] = Object.keys(here)
    const match: string | undefined = names.find(
      (candidate) => candidate.toLowerCase() === name.toLowerCase(),
    )
    if (match === undefined) {
      // A context that `known` says nothing about, for example `github`.
      if (depth === 0) return undefined
      return `'${path.slice(0, depth + 1).join('.')}' is always empty here${didYouMean(name, names)}`
    }
    here = here[match]
  }
  return undefined
}

/**
 * Where a character of a scalar's value stands in the source. Quotes, indentation and folding move characters,
 * but a `${{` stays one: the nth of the value is the nth of the source, and the expression goes on from there.
 */
function locate(source: string, node: Node | null, value: string, offset: number): number {
  if (!isScalar(node) || !node.range) return node?.range?.[0] ?? 0
  const [start, end] = node.range
  const written = source.slice(start, end)
  const open = value.lastIndexOf('${{', offset)
  if (open !== -1) {
    const nth = value.slice(0, open).split('${{').length
    let at = -1
    for (let n = 0; n < nth; n++) at = written.indexOf('${{', at + 1)
    return start + Math.max(at, 0) + (offset - open)
  }
  const beginning = written.indexOf(value.trimStart().split('\n', 1)[0] ?? '')
  const indent = value.length - value.trimStart().length
  return start + Math.max(beginning, 0) + Math.max(offset - indent, 0)
}
