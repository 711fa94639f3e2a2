import { MarkGithubIcon } from '@primer/octicons-react'
import { Button, FormControl, LinkButton, TextInput } from '@primer/react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Setup } from '../../../../contract/identity.ts'
import { api } from '../../data/api.ts'
import { Door } from './door.tsx'
import styles from './setup.module.css'

/** Signing in with GitHub's own page, by an OAuth app that the hub's owner registers once. */
export function GithubDoor({ setup, token }: { setup: Setup; token: string }) {
  const [clientId, setClientId] = useState('')
  const [clientSecret, setClientSecret] = useState('')
  const goOn = `/auth/github?${new URLSearchParams({ setup: token, return_to: '/setup' })}`
  const enter = useMutation({
    mutationFn: () =>
      api.at('POST', '/setup/github', {
        setup_token: token,
        client_id: clientId.trim(),
        client_secret: clientSecret.trim(),
      }),
    onSuccess: () => location.assign(goOn),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    enter.mutate()
  }
  return (
    <Door
      icon={MarkGithubIcon}
      title="Connect GitHub"
      words="You sign in on GitHub and choose what the hub may see. It reads repositories, issues, pull requests and Actions, and registers a webhook where you are an admin."
      error={enter.error?.message}
    >
      {setup.sign_in === 'oauth' ? (
        <LinkButton href={goOn} variant="primary" block leadingVisual={MarkGithubIcon}>
          Continue with GitHub
        </LinkButton>
      ) : (
        <form onSubmit={submit} className={styles.form}>
          <p className={styles.quiet}>
            <a href={`${setup.github_url}/settings/applications/new`} target="_blank" rel="noreferrer">
              Register an OAuth app
            </a>{' '}
            with the callback address <code>{setup.public_url}/auth/github/callback</code>, then enter what
            GitHub gives you:
          </p>
          <FormControl required>
            <FormControl.Label>Client ID</FormControl.Label>
            <TextInput
              block
              value={clientId}
              onChange={(event) => setClientId(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
          </FormControl>
          <FormControl required>
            <FormControl.Label>Client secret</FormControl.Label>
            <TextInput
              block
              type="password"
              value={clientSecret}
              onChange={(event) => setClientSecret(event.target.value)}
              autoComplete="off"
            />
          </FormControl>
          <Button
            type="submit"
            variant="primary"
            block
            loading={enter.isPending}
            disabled={!clientId.trim() || !clientSecret.trim()}
          >
            Connect GitHub
          </Button>
        </form>
      )}
    </Door>
  )
}
