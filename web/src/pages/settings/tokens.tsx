import { KeyIcon } from '@primer/octicons-react'
import { Button, Checkbox, FormControl, Select, TextInput } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ApiToken, ApiTokenRequest, CreatedApiToken, Scope } from '../../../../contract/identity.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { usePageTitle } from '../../components/page.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { api } from '../../data/api.ts'
import { tokensQuery } from '../../data/queries.ts'
import styles from './settings.module.css'

const scopes: readonly Scope[] = ['read', 'write', 'admin']

/** Tokens for scripts: made here, shown once, revoked here. */
export function TokensTab() {
  usePageTitle('API tokens · Settings')
  const tokens = useQuery(tokensQuery)
  const [created, setCreated] = useState<CreatedApiToken | null>(null)
  return (
    <>
      {created && <Secret token={created} />}
      <CreateToken onCreated={setCreated} />
      {tokens.isPending && <SkeletonRows rows={2} />}
      {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.length === 0 && (
        <EmptyState icon={KeyIcon} title="No tokens yet">
          A token lets a script use the API as you: <code>Authorization: Bearer cldcde_…</code>
        </EmptyState>
      )}
      {tokens.data && tokens.data.length > 0 && (
        <ul className={styles.rows} aria-label="API tokens">
          {tokens.data.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
    </>
  )
}

/** The token itself, until the page is left. */
function Secret({ token }: { token: CreatedApiToken }) {
  return (
    <div className={styles.secret} role="status">
      <p>
        <strong>{token.name}</strong> is ready. Copy it now: it is kept hashed and cannot be shown again.
      </p>
      <code>{token.token}</code>
      <CopyButton text={token.token} />
    </div>
  )
}

function CreateToken({ onCreated }: { onCreated: (token: CreatedApiToken) => void }) {
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Scope[]>(['read'])
  const [days, setDays] = useState('90')
  const create = useMutation({
    mutationFn: (body: ApiTokenRequest) => api.post<CreatedApiToken>('/tokens', body),
    onSuccess(token) {
      onCreated(token)
      setName('')
      return queryClient.invalidateQueries(tokensQuery)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({
      name: name.trim(),
      scopes: [...chosen],
      ...(days ? { expires_in_days: Number(days) } : {}),
    })
  }
  const toggle = (scope: Scope) =>
    setChosen(scopes.filter((each) => (each === scope ? !chosen.includes(each) : chosen.includes(each))))
  return (
    <form className={styles.form} onSubmit={submit}>
      <FormControl required>
        <FormControl.Label>Name</FormControl.Label>
        <TextInput
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
          placeholder="What it is for"
        />
      </FormControl>
      <fieldset className={styles.scopes}>
        <legend>May</legend>
        {scopes.map((scope) => (
          <FormControl key={scope}>
            <Checkbox checked={chosen.includes(scope)} onChange={() => toggle(scope)} />
            <FormControl.Label>{scope}</FormControl.Label>
          </FormControl>
        ))}
      </fieldset>
      <FormControl>
        <FormControl.Label>Expires</FormControl.Label>
        <Select value={days} onChange={(event) => setDays(event.target.value)}>
          <Select.Option value="7">in a week</Select.Option>
          <Select.Option value="30">in 30 days</Select.Option>
          <Select.Option value="90">in 90 days</Select.Option>
          <Select.Option value="365">in a year</Select.Option>
          <Select.Option value="">never</Select.Option>
        </Select>
      </FormControl>
      <Button
        type="submit"
        variant="primary"
        loading={create.isPending}
        disabled={!name.trim() || chosen.length === 0}
      >
        Create token
      </Button>
      {create.isError && (
        <p className={styles.warn} role="alert">
          {create.error.message}
        </p>
      )}
    </form>
  )
}

function TokenRow({ token }: { token: ApiToken }) {
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.delete(`/tokens/${token.id}`),
    onSuccess: () => queryClient.invalidateQueries(tokensQuery),
  })
  return (
    <li className={styles.row}>
      <KeyIcon className={styles.icon} />
      <div className={styles.words}>
        <div className={styles.title}>{token.name}</div>
        <div className={styles.quiet}>
          <code>{token.prefix}…</code> · {token.scopes.join(', ')} · made{' '}
          <RelativeTime at={token.created_at} /> ·{' '}
          {token.last_used_at ? (
            <>
              used <RelativeTime at={token.last_used_at} />
            </>
          ) : (
            'never used'
          )}{' '}
          ·{' '}
          {token.expires_at ? (
            <>
              expires <RelativeTime at={token.expires_at} />
            </>
          ) : (
            'never expires'
          )}
        </div>
        {revoke.isError && (
          <div className={styles.warn} role="alert">
            {revoke.error.message}
          </div>
        )}
      </div>
      {asked ? (
        <>
          <Button size="small" onClick={() => setAsked(false)}>
            Keep
          </Button>
          <Button size="small" variant="danger" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke “{token.name}”
          </Button>
        </>
      ) : (
        <Button size="small" onClick={() => setAsked(true)} aria-label={`Revoke ${token.name}`}>
          Revoke
        </Button>
      )}
    </li>
  )
}
