import { Banner, Button, FormControl, TextInput } from '@primer/react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import type { Issue } from '../../../../contract/mirror.ts'
import type { IssueTemplate } from '../../../../contract/templates.ts'
import { Composer } from '../../acting/composer.tsx'
import { keepDraft, readDraft } from '../../acting/drafts.ts'
import { useActOnce } from '../../acting/use-act-once.ts'
import styles from '../../components/typed-form.module.css'
import { useRights } from '../../data/acts.ts'
import { issueQuery } from '../../data/queries.ts'
import { queryClient } from '../../data/query-client.ts'
import { FormFields } from '../../issue-forms/form-fields.tsx'
import { type Answers, firstAnswers, missingAnswers, writeForm } from '../../issue-forms/write-form.ts'
import { TemplateSettings, useTemplateSettings } from './template-settings.tsx'

/** The page on which an issue is written. What was typed stays when GitHub refuses, and when the page is left. */
export function OpenIssue({
  fullName,
  template,
  note,
}: {
  fullName: string
  /** Without: a blank issue. */
  template: IssueTemplate | null
  note: string | null
}) {
  const [owner = '', repo = ''] = fullName.split('/')
  const place = template ? `${fullName} ${template.file}` : fullName
  const fields = template?.form ?? null
  const navigate = useNavigate()
  const { may } = useRights(fullName)
  const form = useRef<HTMLFormElement>(null)
  const [title, setTitle] = useState(() => readDraft(`${place} title`) || (template?.title ?? ''))
  const [body, setBody] = useState(() => readDraft(`${place} body`) || (template?.body ?? ''))
  const [answers, setAnswers] = useState(() => readAnswers(place) ?? firstAnswers(fields ?? []))
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({})
  const settings = useTemplateSettings(fullName, template)
  const open = useActOnce<'issue.open', Issue>('issue.open', {
    owner,
    repo,
    onSuccess(issue) {
      for (const part of ['title', 'body', 'answers']) keepDraft(`${place} ${part}`, '')
      queryClient.setQueryData(issueQuery(fullName, issue.number).queryKey, issue)
      void navigate({
        to: '/repos/$owner/$repo/issues/$number',
        params: { owner, repo, number: String(issue.number) },
        replace: true,
      })
    },
  })
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (!title.trim() || open.isPending) return
    const lacking = missingAnswers(fields ?? [], answers)
    setMissing(lacking)
    const [first] = Object.keys(lacking)
    if (first !== undefined) return focusField(form.current, first)
    const text = fields ? writeForm(fields, answers) : body
    open.mutate({ title: title.trim(), ...(text.trim() && { body: text }), ...settings.send })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return
    event.preventDefault()
    submit()
  }
  const button = (
    <Button
      type="submit"
      variant="primary"
      loading={open.isPending}
      disabled={!title.trim() || !may('issue.open')}
    >
      Create issue
    </Button>
  )
  return (
    // The keys of its fields: Ctrl and Enter send it, as everywhere.
    <form ref={form} className={styles.form} noValidate onSubmit={submit} onKeyDown={onKeyDown}>
      {open.error && (
        <Banner variant="critical" title="The issue could not be opened" description={open.error.message} />
      )}
      {note && <Banner variant="warning" title={note} hideTitle={false} />}
      <FormControl required>
        <FormControl.Label>Title</FormControl.Label>
        <TextInput
          block
          autoFocus
          value={title}
          maxLength={256}
          onChange={(event) => {
            setTitle(event.target.value)
            keepDraft(`${place} title`, event.target.value)
          }}
        />
      </FormControl>
      {fields ? (
        <>
          <FormFields
            {...{ fields, fullName, answers, missing }}
            onChange={(next) => {
              setAnswers(next)
              keepDraft(`${place} answers`, JSON.stringify(next))
            }}
          />
          <TemplateSettings settings={settings} />
          <div className={styles.foot}>{button}</div>
        </>
      ) : (
        <>
          <Composer
            label="Description"
            fullName={fullName}
            value={body}
            onChange={(next) => {
              setBody(next)
              keepDraft(`${place} body`, next)
            }}
            onSend={submit}
            actions={button}
          />
          <TemplateSettings settings={settings} />
        </>
      )}
    </form>
  )
}

function readAnswers(place: string): Answers | null {
  const kept = readDraft(`${place} answers`)
  return kept ? (JSON.parse(kept) as Answers) : null
}

function focusField(form: HTMLFormElement | null, id: string): void {
  const field = [...(form?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].find(
    (one) => one.dataset.field === id,
  )
  const input = field?.matches('input, textarea, select') ? field : field?.querySelector('input, textarea')
  if (input instanceof HTMLElement) input.focus()
}
