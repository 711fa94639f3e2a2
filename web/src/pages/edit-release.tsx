import { Banner, Button, Checkbox, FormControl, Select, TextInput } from '@primer/react'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { type ActBody, acts, addressOf } from '../../../contract/acts.ts'
import type { Release, ReleaseNotes } from '../../../contract/releases.ts'
import { Composer } from '../acting/composer.tsx'
import { draftsQuery } from '../acting/queries.ts'
import { dropDraft, useReleaseDrafts } from '../acting/release-drafts.ts'
import { Page, PageHeader } from '../components/page.tsx'
import { PageSkeleton } from '../components/page-skeleton.tsx'
import styles from '../components/typed-form.module.css'
import { api } from '../data/api.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { branchesQuery, repositoryQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'

/** Drafts, publishes and edits a release; GitHub writes the notes when asked to. */
export function EditReleasePage() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/releases/edit' })
  const { id } = useSearch({ from: '/app/repos/$owner/$repo/releases/edit' })
  const fullName = `${owner}/${repo}`
  const { drafts, isPending } = useReleaseDrafts(fullName)
  const releases = useInfiniteQuery(plainQuery('release', fullName))
  const draft = drafts.find((one) => one.id === id)
  const release = draft ?? itemsOf(releases).find((one) => one.id === id)
  if (id !== undefined && !release && (isPending || releases.isPending)) return <PageSkeleton />
  return (
    <ReleaseForm key={id} {...{ owner, repo, release }} isDraft={id === undefined || draft !== undefined} />
  )
}

function ReleaseForm({
  owner,
  repo,
  release,
  isDraft,
}: {
  owner: string
  repo: string
  release: Release | undefined
  isDraft: boolean
}) {
  const fullName = `${owner}/${repo}`
  const navigate = useNavigate()
  const main = useQuery(repositoryQuery(fullName)).data?.default_branch ?? 'main'
  const branches = itemsOf(useInfiniteQuery(branchesQuery(fullName)))
  const [tag, setTag] = useState(release?.tag_name ?? '')
  const [target, setTarget] = useState<string | null>(release?.target_commitish ?? null)
  const [name, setName] = useState(release?.name ?? '')
  const [body, setBody] = useState(release?.body ?? '')
  const [prerelease, setPrerelease] = useState(release?.prerelease ?? false)
  // One key for one wish, however often it is sent.
  const sending = useRef<{ text: string; key: string } | null>(null)
  const save = useMutation({
    mutationFn: (wish: ActBody<'release.create'>) => {
      const text = JSON.stringify(wish)
      if (sending.current?.text !== text) sending.current = { text, key: crypto.randomUUID() }
      const { method, path } = acts[release ? 'release.edit' : 'release.create']
      const address = addressOf(path, { owner, repo, id: release?.id ?? 0 })
      return api.act<Release | undefined>(method, address, { key: sending.current.key, body: wish })
    },
    onSuccess(_, { draft }) {
      if (release && !draft) dropDraft(fullName, release.id)
      else void queryClient.invalidateQueries(draftsQuery(fullName))
      void queryClient.invalidateQueries({ queryKey: plainQuery('release', fullName).queryKey })
      void navigate({ to: '/repos/$owner/$repo/releases', params: { owner, repo } })
    },
  })
  const notes = useMutation({
    mutationFn: () =>
      api.post<ReleaseNotes>(`/repos/${fullName}/releases/generate-notes`, {
        tag_name: tag.trim(),
        target_commitish: target ?? main,
      }),
    onSuccess(written) {
      setName((typed) => typed || written.name)
      setBody((typed) => (typed ? `${typed}\n\n${written.body}` : written.body))
    },
  })
  const submit = (draft: boolean) => {
    if (!tag.trim() || save.isPending) return
    const told = { tag_name: tag.trim(), target_commitish: target ?? main, name: name.trim(), body }
    save.mutate({ ...told, draft, prerelease })
  }
  const names = [...new Set([target ?? main, main, ...branches.map((branch) => branch.name)])]
  const error = save.error ?? notes.error
  return (
    <Page width="text">
      <PageHeader
        title={release ? 'Edit release' : 'Draft a release'}
        documentTitle={`${release ? `Edit ${release.tag_name}` : 'New release'} · ${fullName}`}
        facts={`In ${fullName}`}
      />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          submit(false)
        }}
      >
        {error && <Banner variant="critical" title="GitHub did not do this" description={error.message} />}
        <div className={styles.pair}>
          <FormControl required>
            <FormControl.Label>Tag</FormControl.Label>
            <TextInput block autoFocus value={tag} onChange={(event) => setTag(event.target.value)} />
            <FormControl.Caption>One that is not there yet is made of the target.</FormControl.Caption>
          </FormControl>
          <FormControl>
            <FormControl.Label>Target</FormControl.Label>
            <Select block value={target ?? main} onChange={(event) => setTarget(event.target.value)}>
              {names.map((branch) => (
                <Select.Option key={branch} value={branch}>
                  {branch}
                </Select.Option>
              ))}
            </Select>
          </FormControl>
        </div>
        <FormControl>
          <FormControl.Label>Title</FormControl.Label>
          <TextInput block value={name} onChange={(event) => setName(event.target.value)} />
        </FormControl>
        <Composer
          label="Notes"
          fullName={fullName}
          value={body}
          onChange={setBody}
          onSend={() => submit(false)}
          actions={
            <>
              <Button disabled={!tag.trim()} loading={notes.isPending} onClick={() => notes.mutate()}>
                Generate release notes
              </Button>
              {isDraft && (
                <Button disabled={!tag.trim()} onClick={() => submit(true)}>
                  Save draft
                </Button>
              )}
              <Button type="submit" variant="primary" loading={save.isPending} disabled={!tag.trim()}>
                {isDraft ? 'Publish release' : 'Update release'}
              </Button>
            </>
          }
        />
        <FormControl>
          <Checkbox checked={prerelease} onChange={(event) => setPrerelease(event.target.checked)} />
          <FormControl.Label>It is a pre-release: not ready for everybody</FormControl.Label>
        </FormControl>
      </form>
    </Page>
  )
}
