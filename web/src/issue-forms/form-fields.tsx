import { Checkbox, CheckboxGroup, FormControl, Select, Textarea, TextInput } from '@primer/react'
import type { FormField } from '../../../contract/templates.ts'
import { Prose } from '../components/prose.tsx'
import styles from './form-fields.module.css'
import { type Answers, isPicked } from './write-form.ts'

/** The fields of an issue form, each by its type, with what is missing said where it is missing. */
export function FormFields({
  fields,
  fullName,
  answers,
  missing,
  onChange,
}: {
  fields: readonly FormField[]
  fullName: string
  answers: Answers
  missing: Readonly<Record<string, string>>
  onChange: (answers: Answers) => void
}) {
  return fields.map((field) => {
    if (field.type === 'markdown') return <Prose key={field.id} text={field.value} fullName={fullName} />
    const shared = {
      field,
      fullName,
      problem: missing[field.id],
      answer: answers[field.id] ?? '',
      onAnswer: (answer: string | readonly string[]) => onChange({ ...answers, [field.id]: answer }),
    }
    return isPicked(field) ? <Choices key={field.id} {...shared} /> : <Words key={field.id} {...shared} />
  })
}

interface FieldProps {
  field: FormField
  fullName: string
  problem: string | undefined
  answer: string | readonly string[]
  onAnswer: (answer: string | readonly string[]) => void
}

/** Several options, of which some may be needed. */
function Choices({ field, fullName, problem, answer, onAnswer }: FieldProps) {
  const { id, label, description, options, required, type } = field
  const toggle = (option: string, on: boolean) => {
    const chosen = new Set(answer)
    if (on) chosen.add(option)
    else chosen.delete(option)
    onAnswer(options.flatMap((one) => (chosen.has(one.label) ? [one.label] : [])))
  }
  return (
    <CheckboxGroup required={required} data-field={id}>
      <CheckboxGroup.Label>{label}</CheckboxGroup.Label>
      {description && (
        <CheckboxGroup.Caption>
          <Prose text={description} fullName={fullName} />
        </CheckboxGroup.Caption>
      )}
      {options.map((option) => (
        <FormControl key={option.label} required={type === 'checkboxes' && option.required}>
          <Checkbox
            checked={answer.includes(option.label)}
            onChange={({ target }) => toggle(option.label, target.checked)}
          />
          <FormControl.Label>
            <Prose text={option.label} fullName={fullName} />
          </FormControl.Label>
        </FormControl>
      ))}
      {problem && <CheckboxGroup.Validation variant="error">{problem}</CheckboxGroup.Validation>}
    </CheckboxGroup>
  )
}

/** A line, a text, or one of some options. */
function Words({ field, fullName, problem, answer, onAnswer }: FieldProps) {
  const { id, type, label, description, placeholder, render, required } = field
  const value = String(answer)
  const hint = placeholder ? { placeholder } : {}
  return (
    <FormControl required={required}>
      <FormControl.Label>{label}</FormControl.Label>
      {(description || type === 'upload') && (
        <FormControl.Caption>
          {description && <Prose text={description} fullName={fullName} />}
          {type === 'upload' &&
            'Links to files, as Markdown; the files themselves can be attached on GitHub.'}
        </FormControl.Caption>
      )}
      {type === 'dropdown' ? (
        <Select block value={value} data-field={id} onChange={({ target }) => onAnswer(target.value)}>
          {(!required || value === '') && <Select.Option value="">None</Select.Option>}
          {field.options.map((option) => (
            <Select.Option key={option.label} value={option.label}>
              {option.label}
            </Select.Option>
          ))}
        </Select>
      ) : type === 'input' ? (
        <TextInput
          block
          data-field={id}
          value={value}
          {...hint}
          onChange={({ target }) => onAnswer(target.value)}
        />
      ) : (
        <Textarea
          block
          resize="vertical"
          rows={type === 'upload' ? 2 : 5}
          className={render ? styles.code : undefined}
          data-field={id}
          value={value}
          {...hint}
          onChange={({ target }) => onAnswer(target.value)}
        />
      )}
      {problem && <FormControl.Validation variant="error">{problem}</FormControl.Validation>}
    </FormControl>
  )
}
