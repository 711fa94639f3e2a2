import { KeyIcon } from '@primer/octicons-react'
import { Button, FormControl, TextInput } from '@primer/react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { AccessGrant } from '../../../../contract/identity.ts'
import { api } from '../../data/api.ts'
import { acceptGrant } from '../../data/session.ts'
import { Door } from './door.tsx'
import styles from './setup.module.css'

/** Owning the hub as the person behind a GitHub token. */
export function TokenDoor({ token, githubUrl }: { token: string; githubUrl: string }) {
  const [githubToken, setGithubToken] = useState('')
  const own = useMutation({
    mutationFn: () =>
      api.at<AccessGrant>('POST', '/setup/token', { setup_token: token, github_token: githubToken.trim() }),
    onSuccess: acceptGrant,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    own.mutate()
  }
  return (
    <Door
      icon={KeyIcon}
      title="Paste a token"
      words={
        <>
          A{' '}
          <a href={`${githubUrl}/settings/tokens`} target="_blank" rel="noreferrer">
            personal access token
          </a>{' '}
          with <code>repo</code> to read, and <code>admin:repo_hook</code> so that webhooks can be registered.
          It is kept encrypted.
        </>
      }
      error={own.error?.message}
    >
      <form onSubmit={submit} className={styles.form}>
        <FormControl required>
          <FormControl.Label>GitHub token</FormControl.Label>
          <TextInput
            block
            type="password"
            value={githubToken}
            onChange={(event) => setGithubToken(event.target.value)}
            autoComplete="off"
            placeholder="ghp_… or github_pat_…"
          />
        </FormControl>
        <Button type="submit" block loading={own.isPending} disabled={!githubToken.trim()}>
          Use this token
        </Button>
      </form>
    </Door>
  )
}
