import type { FormField } from '../../../contract/templates.ts'

/** What somebody filled in, by field: a text, or the options that are chosen. */
export type Answers = Readonly<Record<string, string | readonly string[]>>

/** Whether a field is answered by picking several of its options. */
export const isPicked = ({ type, multiple }: FormField): boolean =>
  type === 'checkboxes' || (type === 'dropdown' && multiple)

/** What a form begins with. */
export function firstAnswers(fields: readonly FormField[]): Answers {
  return Object.fromEntries(
    fields.map((field) => {
      const chosen = field.chosen === null ? undefined : field.options[field.chosen]?.label
      if (isPicked(field)) return [field.id, chosen === undefined ? [] : [chosen]]
      return [field.id, field.type === 'dropdown' ? (chosen ?? '') : field.value]
    }),
  )
}

/** What is asked for and not answered: of each such field, what to say. */
export function missingAnswers(
  fields: readonly FormField[],
  answers: Answers,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const answer = answers[field.id] ?? ''
      const needed = field.options.filter(
        ({ required, label }) => required && !picked(answer).includes(label),
      )
      if (field.type === 'checkboxes' && needed.length > 0)
        return [[field.id, `Needed: ${needed.map(({ label }) => label).join(', ')}`]]
      const isEmpty = typeof answer === 'string' ? answer.trim() === '' : answer.length === 0
      return field.required && field.type !== 'markdown' && isEmpty
        ? [[field.id, `${field.label} is needed.`]]
        : []
    }),
  )
}

/**
 * The text of an issue as GitHub writes it from a form: each answer below its label.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
 */
export function writeForm(fields: readonly FormField[], answers: Answers): string {
  return fields
    .filter(({ type }) => type !== 'markdown')
    .map((field) => `### ${field.label}\n\n${write(field, answers[field.id] ?? '')}`)
    .join('\n\n')
}

function write({ type, options, render }: FormField, answer: string | readonly string[]): string {
  if (type === 'checkboxes')
    return options.map(({ label }) => `- [${picked(answer).includes(label) ? 'x' : ' '}] ${label}`).join('\n')
  const text = typeof answer === 'string' ? answer.trim() : answer.join(', ')
  if (text === '') return '_No response_'
  return type === 'textarea' && render ? fenced(text, render) : text
}

/** As code; the fence is longer than any within. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const ticks = '`'.repeat(longest + 1)
  return `${ticks}${language}\n${text}\n${ticks}`
}

const picked = (answer: string | readonly string[]): readonly string[] =>
  typeof answer === 'string' ? [] : answer
