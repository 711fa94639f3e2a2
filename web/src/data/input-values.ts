import type { WorkflowInput } from '../../../contract/workflows.ts'

/** What the fields of a form hold: texts whatever the type, a check mark as `true` or `false`. */
export type TypedInputs = Readonly<Record<string, string>>

/** What a field holds before anybody touches it. */
export function usualValue({ type, default: value, required, options }: WorkflowInput): string {
  if (type === 'boolean') return String(value === 'true')
  return value ?? (type === 'choice' && required ? (options[0] ?? '') : '')
}

/** What all of them hold. */
export function typedInputs(inputs: readonly WorkflowInput[]): TypedInputs {
  return Object.fromEntries(inputs.map((input) => [input.name, usualValue(input)]))
}

/** What is sent: each input by its type. A field left empty is left out, so that the definition's default counts. */
export function inputValues(
  inputs: readonly WorkflowInput[],
  typed: TypedInputs,
): Record<string, string | boolean | number> {
  const values: Record<string, string | boolean | number> = {}
  for (const { name, type } of inputs) {
    const value = typed[name]
    if (value === undefined || value === '') continue
    values[name] = type === 'number' ? Number(value) : type === 'boolean' ? value === 'true' : value
  }
  return values
}
