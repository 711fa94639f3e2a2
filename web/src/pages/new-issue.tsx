import { Banner, Button, FormControl, TextInput } from '@primer/react'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { Issue } from '../../../contract/mirror.ts'
import { Composer } from '../acting/composer.tsx'
import { keepDraft, readDraft } from '../acting/drafts.ts'
import { useActOnce } from '../acting/use-act-once.ts'
import { Page, PageHeader } from '../components/page.tsx'
import { useRights } from '../data/acts.ts'
import { issueQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import styles from './new-issue.module.css'

/** Opens an issue on GitHub. What was typed stays when GitHub refuses. */
export function NewIssuePage() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/issues/new' })
  const fullName = `${owner}/${repo}`
  const navigate = useNavigate()
  const { may } = useRights(fullName)
  const [title, setTitle] = useState(() => readDraft(`${fullName} title`))
  const [body, setBody] = useState(() => readDraft(`${fullName} body`))
  const open = useActOnce<'issue.open', Issue>('issue.open', {
    owner,
    repo,
    onSuccess(issue) {
      keepDraft(`${fullName} title`, '')
      keepDraft(`${fullName} body`, '')
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
    if (title.trim() && !open.isPending) open.mutate({ title: title.trim(), ...(body.trim() && { body }) })
  }
  return (
    <Page width="text">
      <PageHeader title="New issue" documentTitle={`New issue · ${fullName}`} facts={`In ${fullName}`} />
      <form className={styles.form} onSubmit={submit}>
        {open.error && (
          <Banner variant="critical" title="The issue could not be opened" description={open.error.message} />
        )}
        <FormControl required>
          <FormControl.Label>Title</FormControl.Label>
          <TextInput
            block
            autoFocus
            value={title}
            maxLength={256}
            onChange={(event) => {
              setTitle(event.target.value)
              keepDraft(`${fullName} title`, event.target.value)
            }}
          />
        </FormControl>
        <Composer
          label="Description"
          fullName={fullName}
          value={body}
          onChange={(next) => {
            setBody(next)
            keepDraft(`${fullName} body`, next)
          }}
          onSend={submit}
          actions={
            <Button
              type="submit"
              variant="primary"
              loading={open.isPending}
              disabled={!title.trim() || !may('issue.open')}
            >
              Create issue
            </Button>
          }
        />
      </form>
    </Page>
  )
}
