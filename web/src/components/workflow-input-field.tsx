import { Checkbox, FormControl, Select, TextInput } from '@primer/react'
import type { WorkflowInput } from '../../../contract/workflows.ts'

interface Props {
  input: WorkflowInput
  /** A boolean as `true` or `false`. */
  value: string
  onChange: (value: string) => void
  label: string
  caption: string | null
  /** Names to choose an environment from; without, one is typed. */
  environments?: readonly string[]
}

/** A field for one input of `workflow_dispatch`, by its type. */
export function WorkflowInputField({ input, value, onChange, label, caption, environments }: Props) {
  const { type, required, options } = input
  const choices = type === 'choice' ? options : type === 'environment' ? environments : undefined
  return (
    <FormControl required={required && type !== 'boolean'}>
      <FormControl.Label>{label}</FormControl.Label>
      {caption && <FormControl.Caption>{caption}</FormControl.Caption>}
      {type === 'boolean' ? (
        <Checkbox checked={value === 'true'} onChange={({ target }) => onChange(String(target.checked))} />
      ) : choices ? (
        <Select block value={value} onChange={({ target }) => onChange(target.value)}>
          {!(required && type === 'choice') && <Select.Option value="">None</Select.Option>}
          {choices.map((choice) => (
            <Select.Option key={choice} value={choice}>
              {choice}
            </Select.Option>
          ))}
        </Select>
      ) : (
        <TextInput
          block
          type={type === 'number' ? 'number' : 'text'}
          step="any"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </FormControl>
  )
}
