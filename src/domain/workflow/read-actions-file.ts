import type { WorkflowFile } from '../../../contract/actions.ts'
import type { WorkflowInput } from '../../../contract/workflows.ts'
import { readPlainYaml, recordOf, textsOf } from './plain-yaml.ts'

/**
 * Reads of a repository's own workflow file what a page shows: its jobs with what they need, and what it asks for when
 * it is started by hand. It is GitHub that judges whether the file is right: what is odd here is left out.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * Throws `github_malformed` for what is no YAML.
 */
export function readActionsFile(source: string): WorkflowFile {
  const file = recordOf(readPlainYaml(source, 'The workflow file'))
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
