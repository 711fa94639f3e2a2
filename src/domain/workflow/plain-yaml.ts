import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import { coded } from '../../errors.ts'
import { parseYaml } from './yaml-document.ts'

/** Values of a whole file, those that aliases repeat included. */
const mostValues = 50_000

/**
 * The plain value of a YAML file that is not ours; `what` it is, as a complaint begins.
 * Throws `github_malformed` for what is no YAML, empty or too large.
 */
export function readPlainYaml(source: string, what: string): unknown {
  let wrong = 'it is empty'
  const document = parseYaml(source, (_offset, message) => {
    wrong = message
  })
  if (!document?.root) throw coded('github_malformed', `${what} cannot be read: ${wrong}`)
  return plain(document.root, document.anchored, what)
}

/** A value as an object; an empty one where it is none. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

/** One plain value or a list of them, as texts. */
export function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
    .map(String)
}

/** The plain value of a node. Aliases count again each time, so that a few of them cannot stand for millions. */
function plain(root: Node, anchored: ReadonlyMap<Alias, Node>, what: string): unknown {
  let values = 0
  const of = (node: unknown, depth: number): unknown => {
    if (++values > mostValues || depth > 100) throw coded('github_malformed', `${what} is too large.`)
    if (isAlias(node)) return of(anchored.get(node), depth + 1)
    if (isScalar(node)) return node.value
    if (isSeq(node)) return node.items.map((item) => of(item, depth + 1))
    if (!isMap(node)) return undefined
    return Object.fromEntries(
      node.items.map(({ key, value }) => [String(of(key, depth + 1)), of(value, depth + 1)]),
    )
  }
  return of(root, 0)
}
