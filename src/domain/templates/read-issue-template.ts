import type { IssueTemplate } from '../../../contract/templates.ts'
import { messageOf } from '../../errors.ts'
import { readPlainYaml, recordOf, textsOf } from '../workflow/plain-yaml.ts'
import { readFormFields } from './read-form-fields.ts'

/**
 * Reads a file of `.github/ISSUE_TEMPLATE`: Markdown with its settings at the top, or a form in YAML. One that cannot be
 * used says why in `problem`, as on GitHub, and the others go on.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests
 */
export function readIssueTemplate(file: string, source: string): IssueTemplate {
  try {
    return file.endsWith('.md') ? readMarkdown(file, source) : readForm(file, source)
  } catch (error) {
    return { ...settingsOf(file, {}), body: null, form: null, problem: messageOf(error) }
  }
}

const frontMatter = /^---[ \t]*\r?\n([\s\S]*?)\r?\n?---[ \t]*(?:\r?\n|$)/

function readMarkdown(file: string, source: string): IssueTemplate {
  const text = source.replace(/^\uFEFF/, '')
  const found = frontMatter.exec(text)
  const settings = found?.[1]?.trim() ? recordOf(readPlainYaml(found[1], file)) : {}
  const body = text.slice(found?.[0].length ?? 0).replace(/^\s*\n/, '')
  const problem = textOf(settings.name) ? null : 'It has no name at its top.'
  return { ...settingsOf(file, settings), body, form: null, problem }
}

function readForm(file: string, source: string): IssueTemplate {
  const form = recordOf(readPlainYaml(source, file))
  const { fields, problem } = readFormFields(form.body)
  const settings = settingsOf(file, { ...form, about: form.description })
  return { ...settings, body: null, form: fields, problem: textOf(form.name) ? problem : 'It has no name.' }
}

function settingsOf(file: string, settings: Record<string, unknown>) {
  const { name, about, title, labels, assignees, type } = settings
  return {
    file,
    name: textOf(name) || file,
    about: textOf(about),
    title: textOf(title),
    labels: namesOf(labels),
    assignees: namesOf(assignees).map((login) => login.replace(/^@/, '')),
    type: textOf(type) || null,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A list, or names with commas between. */
function namesOf(value: unknown): string[] {
  const names = typeof value === 'string' ? value.split(',') : textsOf(value)
  return names.map((name) => name.trim()).filter((name) => name !== '')
}
