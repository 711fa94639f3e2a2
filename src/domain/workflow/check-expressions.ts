import { isScalar, type Node } from 'yaml'
import { didYouMean } from './did-you-mean.ts'
import type { Scope } from './github-schema.ts'
import {
  type CompiledExpression,
  compileCondition,
  compileTemplate,
  ExpressionMistake,
  referencesOf,
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
  if (!text.includes('${{')) return
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
  const locate = createLocator(reader.source, node, text)
  try {
    for (const reference of compile().flatMap(referencesOf)) {
      const unknown = findUnknown(reference.path, place.known)
      if (!unknown || !reader.wantsWarnings()) continue
      const problem = `'${unknown.path.join('.')}' is always empty here${didYouMean(unknown.name, unknown.names)}`
      reader.problemAt(locate(reference.offset), problem, 'warning')
    }
  } catch (error) {
    if (!(error instanceof ExpressionMistake)) throw error
    reader.problemAt(locate(error.offset), error.message)
  }
}

/** The first part of a path that leads nowhere, and the names there are in its place. */
function findUnknown(
  path: readonly string[],
  known: Known | undefined,
): { path: readonly string[]; name: string; names: readonly string[] } | undefined {
  let here: Known | null | undefined = known
  for (const [depth, name] of path.entries()) {
    if (!here) return undefined
    const match = spellings(here).get(name.toLowerCase())
    if (match === undefined) {
      // A context that `known` says nothing about, for example `github`.
      if (depth === 0) return undefined
      return { path: path.slice(0, depth + 1), name, names: Object.keys(here) }
    }
    here = here[match]
  }
  return undefined
}

const spellingsOf = new WeakMap<Known, ReadonlyMap<string, string>>()

/** Names are case-insensitive in expressions: each in small letters, and as it is written. */
function spellings(known: Known): ReadonlyMap<string, string> {
  let found = spellingsOf.get(known)
  if (!found) {
    found = new Map(Object.keys(known).map((name) => [name.toLowerCase(), name]))
    spellingsOf.set(known, found)
  }
  return found
}

/**
 * Tells where a character of a scalar's value stands in the source. Quotes, indentation and folding move characters,
 * but a `${{` stays one: the nth of the value is the nth of the source, and the expression goes on from there.
 */
function createLocator(source: string, node: Node | null, value: string): (offset: number) => number {
  if (!isScalar(node) || !node.range) return () => node?.range?.[0] ?? 0
  const [start, end] = node.range
  const written = source.slice(start, end)
  let opens: { inValue: number[]; inSource: number[] } | undefined
  return (offset) => {
    opens ??= { inValue: placesOf('${{', value), inSource: placesOf('${{', written) }
    const nth = countUpTo(opens.inValue, offset) - 1
    const open = opens.inValue[nth]
    if (open !== undefined) {
      return start + follow({ value, from: open, to: offset }, written, opens.inSource[nth] ?? 0)
    }
    const from = value.length - value.trimStart().length
    const beginning = written.indexOf(value.slice(from).split('\n', 1)[0] ?? '')
    return start + follow({ value, from, to: offset }, written, Math.max(beginning, 0))
  }
}

/** An escape takes at most so many characters more than what it stands for. */
const longestEscape = 10

/** Goes from one character of a value to another, and along in the text it was written as, where more is between. */
function follow(
  { value, from, to }: { value: string; from: number; to: number },
  written: string,
  begin: number,
): number {
  let at = begin
  for (let index = from; index <= to && index < value.length; index++) {
    const character = value.charAt(index)
    if (/\s/.test(character)) continue
    while (at < written.length && /\s/.test(written.charAt(at))) at++
    let skip = 0
    while (skip <= longestEscape && written[at + skip] !== character) skip++
    if (skip <= longestEscape) at += skip
    if (index < to) at++
  }
  return Math.min(at, written.length)
}

function placesOf(word: string, text: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) places.push(at)
  return places
}

/** How many of the ascending `numbers` are at most `limit`. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
