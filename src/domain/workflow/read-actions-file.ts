import { type Alias, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { WorkflowFile } from '../../../contract/actions.ts'
import type { WorkflowInput } from '../../../contract/workflows.ts'
import { coded } from '../../errors.ts'
import { parseYaml } from './yaml-document.ts'

/** Values of a whole file, those that aliases repeat included. */
const mostValues = 50_000

/**
 * Reads of a repository's own workflow file what a page shows: its jobs with what they need, and what it asks for when
 * it is started by hand. It is GitHub that judges whether the file is right: what is odd here is left out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * Throws `github_malformed` for what is no YAML.
 */
export function readActionsFile(source: string): WorkflowFile {
  let wrong = 'it is empty'
  const document = parseYaml(source, (_offset, message) => {
    wrong = message
  })
  if (!document?.root) throw coded('github_malformed', `The workflow file cannot be read: ${wrong}`)
  const file = recordOf(plain(document.root, document.anchored))
  const jobs = Object.entries(recordOf(file.jobs)).map(([id, job]) => {
    const { name, needs } = recordOf(job)
    return { id, name: typeof name === 'string' ? name : id, needs: textsOf(needs) }
  })
  return { dispatch: dispatchOf(file.on), jobs }
}

function dispatchOf(on: unknown): WorkflowInput[] | null {
  if (textsOf(on).includes('workflow_dispatch')) return []
  const events = recordOf(on)
  if (!('workflow_dispatch' in events)) return null
  return Object.entries(recordOf(recordOf(events.workflow_dispatch).inputs)).map(([name, input]) => {
    const { type, description, required, default: value, options } = recordOf(input)
    return {
      name,
      type: types.find((known) => known === type) ?? 'string',
      description: typeof description === 'string' ? description : null,
      required: required === true,
      default: value === undefined || value === null ? null : String(value),
      options: textsOf(options),
    }
  })
}

const types = ['string', 'boolean', 'number', 'choice', 'environment'] as const

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function textsOf(value: unknown): string[] {
  return [value]
    .flat()
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
    .map(String)
}

/** The plain value of a node. Aliases count again each time, so that a few of them cannot stand for millions. */
function plain(root: Node, anchored: ReadonlyMap<Alias, Node>): unknown {
  let values = 0
  const of = (node: unknown, depth: number): unknown => {
    if (++values > mostValues || depth > 100)
      throw coded('github_malformed', 'The workflow file is too large.')
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
