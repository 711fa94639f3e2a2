import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml'
import type { WorkflowProblem } from '../../../contract/workflows.ts'
import { messageOf } from '../../errors.ts'
import { didYouMean } from './did-you-mean.ts'

/**
 * Largest source. Measured on the worst shapes found (200 KiB of steps, of keys, of anchors, of comments): the
 * parser takes at most half a second for this much, and needs minutes for a few times more.
 */
const maxSourceLength = 262_144

/** So much is read of one source at most, aliases expanded: stops "billion laughs". */
const maxNodes = 50_000

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
export function createYamlReader(source: string) {
  const problems: WorkflowProblem[] = []
  const lines = new LineCounter()
  let nodesRead = 0

  function problemAt(offset: number, message: string, severity: WorkflowProblem['severity'] = 'error'): void {
    const { line, col } = lines.linePos(offset)
    problems.push({ line: Math.max(line, 1), column: Math.max(col, 1), message, severity })
  }

  function problem(node: Node, message: string, severity?: WorkflowProblem['severity']): void {
    problemAt(node.range?.[0] ?? 0, message, severity)
  }

  const document = parse(source, lines, problemAt)

  /** Follows an alias, and keeps count; null where nothing was written. */
  function resolve(node: Node | null | undefined): Node | null {
    if (++nodesRead > maxNodes) {
      if (nodesRead === maxNodes + 1) problemAt(0, `the aliases expand to more than ${maxNodes} values`)
      return null
    }
    const resolved = isAlias(node) && document ? node.resolve(document) : node
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
      if (seen.has(name)) {
        problem(key, `'${name}' is written twice in ${what}`)
        return []
      }
      seen.add(name)
      return [{ name, key, value: pair.value as Node | null }]
    })
  }

  /** The entries of a mapping that knows its names. `unsupported` explains words that GitHub has and the hub not. */
  function fields<const Name extends string>(
    value: Node | null,
    what: string,
    known: { names: readonly Name[]; unsupported?: Readonly<Record<string, string>> },
    at: Node | null = value,
  ): Partial<Record<Name, Entry>> | undefined {
    const all = entries(value, what, at)
    if (!all) return undefined
    const found: Partial<Record<Name, Entry>> = {}
    for (const entry of all) {
      const name = known.names.find((candidate) => candidate === entry.name)
      if (name) found[name] = entry
      else if (known.unsupported && Object.hasOwn(known.unsupported, entry.name)) {
        problem(entry.key, `'${entry.name}' ${known.unsupported[entry.name]}`)
      } else
        problem(entry.key, `unknown key '${entry.name}' in ${what}${didYouMean(entry.name, known.names)}`)
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
    if (isScalar(node)) return String(node.value)
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
    problems,
    root: document?.contents ?? null,
    problem,
    problemAt,
    resolve,
    entries,
    fields,
    items,
    text,
    texts,
  }
}

function parse(
  source: string,
  lines: LineCounter,
  problemAt: (offset: number, message: string, severity?: WorkflowProblem['severity']) => void,
): Document | null {
  if (source.length > maxSourceLength) {
    problemAt(
      0,
      `a workflow has at most ${maxSourceLength / 1024} KiB; this one has ${Math.ceil(source.length / 1024)}`,
    )
    return null
  }
  try {
    // The parser compares each key with all others; we look for doubled keys ourselves, in linear time.
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
    for (const error of document.errors) problemAt(error.pos[0], error.message)
    return document.errors.length === 0 ? document : null
  } catch (error) {
    problemAt(0, `this is not YAML: ${messageOf(error)}`)
    return null
  }
}
