import type { WorkflowInput } from '../../../../contract/workflows.ts'

/** What the fields of a form hold: a check mark, or text whatever the type. */
export type TypedInputs = Readonly<Record<string, string | boolean>>

/** What the fields hold before anybody touches them. */
export function typedInputs(inputs: readonly WorkflowInput[]): TypedInputs {
  return Object.fromEntries(
    inputs.map(({ name, type, default: value, required, options }) => {
      if (type === 'boolean') return [name, value === 'true']
      return [name, value ?? (type === 'choice' && required ? (options[0] ?? '') : '')]
    }),
  )
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
    values[name] = type === 'number' ? Number(value) : value
  }
  return values
}
