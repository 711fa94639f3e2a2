import { Banner, Button, Checkbox, FormControl, Select, TextInput } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { PullRequest } from '../../../contract/mirror.ts'
import { Composer } from '../acting/composer.tsx'
import { keepDraft, readDraft } from '../acting/drafts.ts'
import { useActOnce } from '../acting/use-act-once.ts'
import { Page, PageHeader } from '../components/page.tsx'
import styles from '../components/typed-form.module.css'
import { useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { branchesQuery, pullRequestQuery, repositoryQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { pullTemplatesQuery } from '../issue-forms/queries.ts'

/** Opens a pull request on GitHub, from one branch into another. What was typed stays when GitHub refuses. */
export function NewPullPage() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/pulls/new' })
  const { head: asked } = useSearch({ from: '/app/repos/$owner/$repo/pulls/new' })
  const fullName = `${owner}/${repo}`
  const navigate = useNavigate()
  const { may } = useRights(fullName)
  const branches = itemsOf(useInfiniteQuery(branchesQuery(fullName)))
  const main = useQuery(repositoryQuery(fullName)).data?.default_branch ?? ''
  const [chosenBase, setBase] = useState<string | null>(null)
  const [chosenHead, setHead] = useState<string | null>(asked ?? null)
  const [title, setTitle] = useState('')
  const [body, setBody] = useState(() => readDraft(`${fullName} pull body`) || null)
  const [draft, setDraft] = useState(false)
  const templates = useQuery(pullTemplatesQuery(fullName)).data ?? []
  const text = body ?? templates[0]?.body ?? ''
  const base = chosenBase ?? main
  const head = chosenHead ?? branches.find(({ name }) => name !== base)?.name ?? ''
  const open = useActOnce<'pull.open', PullRequest>('pull.open', {
    owner,
    repo,
    onSuccess(pull) {
      keepDraft(`${fullName} pull body`, '')
      queryClient.setQueryData(pullRequestQuery(fullName, pull.number).queryKey, pull)
      void navigate({
        to: '/repos/$owner/$repo/pulls/$number',
        params: { owner, repo, number: String(pull.number) },
        replace: true,
      })
    },
  })
  const fits = title.trim() !== '' && head !== '' && base !== '' && head !== base
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (fits && !open.isPending)
      open.mutate({ title: title.trim(), head, base, draft, ...(text.trim() && { body: text }) })
  }
  const write = (next: string) => {
    setBody(next)
    keepDraft(`${fullName} pull body`, next)
  }
  const names = [...new Set([main, head, ...branches.map(({ name }) => name)])].filter(Boolean)
  const choice = (label: string, value: string, onChange: (name: string) => void) => (
    <FormControl>
      <FormControl.Label>{label}</FormControl.Label>
      <Select block value={value} onChange={(event) => onChange(event.target.value)}>
        {names.map((name) => (
          <Select.Option key={name} value={name}>
            {name}
          </Select.Option>
        ))}
      </Select>
    </FormControl>
  )
  return (
    <Page width="text">
      <PageHeader
        title="Open a pull request"
        documentTitle={`New pull request · ${fullName}`}
        facts={`In ${fullName}`}
      />
      <form className={styles.form} onSubmit={submit}>
        {open.error && (
          <Banner
            variant="critical"
            title="The pull request could not be opened"
            description={open.error.message}
          />
        )}
        <div className={styles.pair}>
          {choice('Base', base, setBase)}
          {choice('Compare', head, setHead)}
        </div>
        <FormControl required>
          <FormControl.Label>Title</FormControl.Label>
          <TextInput
            block
            autoFocus
            value={title}
            maxLength={256}
            onChange={(event) => setTitle(event.target.value)}
          />
        </FormControl>
        {templates.length > 1 && (
          <FormControl>
            <FormControl.Label>Template</FormControl.Label>
            <Select
              block
              onChange={({ target }) =>
                write(templates.find(({ file }) => file === target.value)?.body ?? '')
              }
            >
              {templates.map(({ file }) => (
                <Select.Option key={file} value={file}>
                  {file}
                </Select.Option>
              ))}
            </Select>
          </FormControl>
        )}
        <Composer
          label="Description"
          fullName={fullName}
          value={text}
          onChange={write}
          onSend={submit}
          actions={
            <Button
              type="submit"
              variant="primary"
              loading={open.isPending}
              disabled={!fits || !may('pull.open')}
            >
              {draft ? 'Draft pull request' : 'Create pull request'}
            </Button>
          }
        />
        <FormControl>
          <Checkbox checked={draft} onChange={(event) => setDraft(event.target.checked)} />
          <FormControl.Label>It is a draft: nobody is asked to review it yet</FormControl.Label>
        </FormControl>
      </form>
    </Page>
  )
}
