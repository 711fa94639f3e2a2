import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml'
import type { WorkflowProblem } from '../../../contract/workflows.ts'
import { didYouMean } from './did-you-mean.ts'
import { type ProblemList, StopReading } from './problem-list.ts'
import { parseYaml } from './yaml-document.ts'

/** So many values of one source are read at most, aliases expanded: stops "billion laughs". */
const maxNodes = 50_000

/** So many characters of text: an alias may repeat a long one. */
const maxText = 524_288

export interface Entry {
  name: string
  key: Scalar
  /** null: nothing was written after the colon. */
  value: Node | null
}

export type YamlReader = ReturnType<typeof createYamlReader>

/**
 * Reads a YAML source node by node and collects what is wrong, each problem at its line and column. The readers
 * of values answer undefined after they reported a problem, so that reading goes on and finds the next.
 */
export function createYamlReader(source: string, problems: ProblemList) {
  let nodesRead = 0
  let textRead = 0

  function problemAt(offset: number, message: string, severity?: WorkflowProblem['severity']): void {
    problems.add(offset, message, severity)
  }

  function problem(node: Node, message: string, severity?: WorkflowProblem['severity']): void {
    problemAt(node.range?.[0] ?? 0, message, severity)
  }

  const document = parseYaml(source, problemAt)

  /** Counts values that are read; throws `StopReading` when aliases make too many of them. */
  function spend(nodes: number): void {
    nodesRead += nodes
    if (nodesRead <= maxNodes) return
    problemAt(0, `the aliases expand to more than ${maxNodes} values`)
    throw new StopReading()
  }

  /** Follows an alias, and keeps count; null where nothing was written. */
  function resolve(node: Node | null | undefined): Node | null {
    spend(1)
    const resolved = isAlias(node) ? document?.anchored.get(node) : node
    if (isAlias(node) && !resolved) problem(node, `nothing above is named '&${node.source}'`)
    if (!resolved || isAlias(resolved) || (isScalar(resolved) && resolved.value === null)) return null
    return resolved
  }

  /** The entries of a mapping, whatever their names. */
  function entries(value: Node | null, what: string, at: Node | null = value): Entry[] | undefined {
    const node = resolve(value)
    if (!isMap(node)) {
      problemAt((node ?? at)?.range?.[0] ?? 0, `${what} must be a mapping of names to values`)
      return undefined
    }
    const seen = new Set<string>()
    return node.items.flatMap((pair) => {
      const key = resolve(pair.key as Node)
      if (!isScalar(key)) {
        problem(key ?? node, `a name in ${what} must be a text`)
        return []
      }
      const name = String(key.value ?? '')
      if (name === '') problem(key, `a name in ${what} must not be empty`)
      // As with GitHub, names that differ only in case are one name.
      const known = name.toUpperCase()
      if (seen.has(known)) {
        problem(key, `'${name}' is written twice in ${what}`)
        return []
      }
      seen.add(known)
      return [{ name, key, value: pair.value as Node | null }]
    })
  }

  /** The entries of a mapping that knows its names. */
  function fields<const Name extends string>(
    value: Node | null,
    what: string,
    known: { names: readonly Name[] },
    at: Node | null = value,
  ): Partial<Record<Name, Entry>> | undefined {
    const all = entries(value, what, at)
    if (!all) return undefined
    const found: Partial<Record<Name, Entry>> = {}
    for (const entry of all) {
      const name = known.names.find((candidate) => candidate === entry.name)
      if (name) found[name] = entry
      else problem(entry.key, `unknown key '${entry.name}' in ${what}${didYouMean(entry.name, known.names)}`)
    }
    return found
  }

  /** The items of a sequence. */
  function items(entry: Entry, what: string): (Node | null)[] | undefined {
    const node = resolve(entry.value)
    if (isSeq(node)) return node.items.map((item) => resolve(item as Node))
    problem(node ?? entry.key, `${what} must be a list`)
    return undefined
  }

  /** A scalar as text; numbers and booleans as GitHub writes them. */
  function text(value: Node | null, what: string, at: Node | null = value): string | undefined {
    const node = resolve(value)
    if (!node) return ''
    if (isScalar(node)) {
      const written = String(node.value)
      textRead += written.length
      if (textRead <= maxText) return written
      problem(node, `the aliases expand to more than ${maxText} characters of text`)
      throw new StopReading()
    }
    problem(node ?? at, `${what} must be a text, not a ${isMap(node) ? 'mapping' : 'list'}`)
    return undefined
  }

  /** One text or a list of texts. */
  function texts(entry: Entry, what: string): { value: string; node: Node }[] {
    const node = resolve(entry.value)
    const nodes = isSeq(node) ? node.items.map((item) => resolve(item as Node)) : [node]
    return nodes.flatMap((item) => {
      const value = text(item, `${what}`, entry.key)
      if (value) return [{ value, node: item ?? entry.key }]
      if (value === '') problem(item ?? entry.key, `${what} must not be empty`)
      return []
    })
  }

  return {
    source,
    isFaultless: problems.isEmpty,
    hasErrors: problems.hasErrors,
    wantsWarnings: problems.wantsWarnings,
    root: document?.root ?? null,
    problem,
    problemAt,
    spend,
    resolve,
    entries,
    fields,
    items,
    text,
    texts,
  }
}
