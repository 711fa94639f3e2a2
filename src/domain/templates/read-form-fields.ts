import type { FormField } from '../../../contract/templates.ts'
import { recordOf, textsOf } from '../workflow/plain-yaml.ts'

const types = ['markdown', 'input', 'textarea', 'dropdown', 'checkboxes', 'upload'] as const

/** Of more, nobody fills them in. */
const mostFields = 200

/**
 * The `body` of an issue form. `problem`: why GitHub would not show it.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
 */
export function readFormFields(body: unknown): { fields: FormField[]; problem: string | null } {
  if (!Array.isArray(body) || body.length === 0)
    return { fields: [], problem: 'Its body is no list of fields.' }
  if (body.length > mostFields) return { fields: [], problem: `It has more than ${mostFields} fields.` }
  const fields: FormField[] = []
  for (const [at, element] of body.entries()) {
    const field = readField(element, at)
    if (typeof field === 'string') return { fields: [], problem: field }
    fields.push(field)
  }
  const ids = fields.map(({ id }) => id)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined) return { fields: [], problem: `Two of its fields have the id "${twice}".` }
  if (fields.every(({ type }) => type === 'markdown')) return { fields: [], problem: 'It asks for nothing.' }
  return { fields, problem: null }
}

/** A field, or what is wrong with it. */
function readField(element: unknown, at: number): FormField | string {
  const { type: named, id, attributes: given, validations } = recordOf(element)
  const type = types.find((known) => known === named)
  const place = `Field ${at + 1}`
  if (!type) return `${place} has the type "${String(named)}", which no form has.`
  const {
    label,
    description,
    placeholder,
    value,
    render,
    multiple,
    options,
    default: chosen,
  } = recordOf(given)
  const text = (one: unknown) => textsOf(one)[0] ?? ''
  if (type === 'markdown' ? !text(value) : !text(label))
    return `${place} has no ${type === 'markdown' ? 'value' : 'label'}.`
  const choices = optionsOf(options)
  if ((type === 'dropdown' || type === 'checkboxes') && choices.length === 0)
    return `${place} has no options.`
  const first = Number.isInteger(chosen) && choices[chosen as number] ? (chosen as number) : null
  return {
    id: text(id) || `field-${at + 1}`,
    type,
    label: text(label),
    description: text(description) || null,
    placeholder: text(placeholder) || null,
    value: text(value),
    render: text(render) || null,
    multiple: multiple === true,
    options: choices,
    chosen: first,
    required: recordOf(validations).required === true,
  }
}

/** Of a dropdown they are texts, of checkboxes each has its own `required`. */
function optionsOf(options: unknown): FormField['options'] {
  if (!Array.isArray(options)) return []
  return options.flatMap((option: unknown) => {
    const { label, required, validations } = recordOf(option)
    const [text] = textsOf(label ?? option)
    const isRequired = required === true || recordOf(validations).required === true
    return text === undefined ? [] : [{ label: text, required: isRequired }]
  })
}
