import type { RunInputs } from '../../../contract/run.ts'
import type { WorkflowInput } from '../../../contract/workflows.ts'
import { didYouMean } from './did-you-mean.ts'

/** What is wrong with a text given for an input, as the end of a sentence. */
export function inputProblem(
  input: Pick<WorkflowInput, 'type' | 'options'>,
  value: string,
): string | undefined {
  switch (input.type) {
    case 'string':
    case 'environment':
      return undefined
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'must be true or false'
    case 'number':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? undefined : 'must be a number'
    case 'choice':
      return input.options.includes(value) ? undefined : `must be one of ${input.options.join(', ')}`
    default:
      return input.type satisfies never
  }
}

/**
 * The inputs of a run started by hand: given values checked and typed, defaults filled in. Answers every problem
 * found, as sentences. As on GitHub, an absent boolean is false and an absent text is empty.
 */
export function resolveInputs(
  declared: readonly WorkflowInput[],
  given: RunInputs,
): { inputs: RunInputs; problems: string[] } {
  const names = declared.map((input) => input.name)
  const problems = Object.keys(given)
    .filter((name) => !names.includes(name))
    .map((name) => `there is no input '${name}'${didYouMean(name, names)}`)
  const inputs = declared.map((input): [string, RunInputs[string]] => {
    const value = Object.hasOwn(given, input.name) ? String(given[input.name]) : (input.default ?? '')
    if (value === '') {
      if (input.required) problems.push(`'${input.name}' is required`)
      return [input.name, input.type === 'boolean' ? false : '']
    }
    const problem = inputProblem(input, value)
    if (problem) problems.push(`'${input.name}' ${problem}`)
    return [input.name, typed(input, value)]
  })
  return { inputs: Object.fromEntries(inputs), problems }
}

function typed(input: WorkflowInput, value: string): RunInputs[string] {
  if (input.type === 'boolean') return value === 'true'
  return input.type === 'number' ? Number(value) : value
}
