import { type Static, Type } from 'typebox'
import { Nullable, OneOf } from './common.ts'

// What a repository wants to be told when somebody opens an issue or a pull request.

/** One part of an issue form; all kinds have the same fields. https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema */
export const FormField = Type.Object(
  {
    id: Type.String(),
    type: OneOf('markdown', 'input', 'textarea', 'dropdown', 'checkboxes', 'upload'),
    label: Type.String({ description: 'Empty for `markdown`' }),
    description: Nullable(Type.String({ description: 'Markdown' })),
    placeholder: Nullable(Type.String()),
    value: Type.String({ description: 'What it begins with; of `markdown` its text' }),
    render: Nullable(Type.String({ description: 'Language in which a `textarea` is shown as code' })),
    multiple: Type.Boolean({ description: 'Of a `dropdown`: several may be chosen' }),
    options: Type.Array(Type.Object({ label: Type.String(), required: Type.Boolean() })),
    chosen: Nullable(Type.Integer({ description: 'The option of a `dropdown` that is chosen at first' })),
    required: Type.Boolean(),
  },
  { $id: 'FormField' },
)
export type FormField = Static<typeof FormField>

/** What one kind of issue begins with: a text or a form. */
export const IssueTemplate = Type.Object(
  {
    file: Type.String({ description: 'Name of its file; GitHub and the page name it by this' }),
    name: Type.String(),
    about: Type.String(),
    title: Type.String({ description: 'What the title begins with' }),
    labels: Type.Array(Type.String()),
    assignees: Type.Array(Type.String()),
    type: Nullable(Type.String({ description: 'Name of the issue type' })),
    body: Nullable(Type.String({ description: 'Of a template in Markdown; null for a form' })),
    form: Nullable(Type.Array(FormField)),
    problem: Nullable(Type.String({ description: 'Why it cannot be used' })),
  },
  { $id: 'IssueTemplate' },
)
export type IssueTemplate = Static<typeof IssueTemplate>

/** What there is to choose from. */
export const IssueTemplates = Type.Object(
  {
    templates: Type.Array(IssueTemplate),
    blank_issues_enabled: Type.Boolean(),
    contact_links: Type.Array(Type.Object({ name: Type.String(), url: Type.String(), about: Type.String() })),
  },
  { $id: 'IssueTemplates' },
)
export type IssueTemplates = Static<typeof IssueTemplates>

/** What a pull request may begin with. */
export const PullTemplate = Type.Object(
  { file: Type.String({ description: 'Its path' }), body: Type.String() },
  { $id: 'PullTemplate' },
)
export type PullTemplate = Static<typeof PullTemplate>
