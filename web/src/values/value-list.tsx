import { type Icon, KeyIcon, NumberIcon, PencilIcon } from '@primer/octicons-react'
import { Button, FormControl, IconButton, Textarea, TextInput } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { longestValue } from '../../../contract/secrets.ts'
import { ConfirmDelete } from '../acting/confirm-delete.tsx'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { SkeletonRows } from '../components/skeleton.tsx'
import styles from './value-list.module.css'
import { deleteValue, setValue, type Value, type ValueTable, valuesQuery } from './values.ts'

interface Words {
  one: string
  many: string
  icon: Icon
  empty: string
  /** Said where a value is entered. */
  hint: string
}

const words: Record<ValueTable, Words> = {
  secrets: {
    one: 'secret',
    many: 'Secrets',
    icon: KeyIcon,
    empty: 'Tokens and keys that a workflow uses without showing them: ${{ secrets.NAME }}',
    hint: 'Kept sealed. It can be replaced, and never read again.',
  },
  variables: {
    one: 'variable',
    many: 'Variables',
    icon: NumberIcon,
    empty: 'What several workflows have in common, for everybody to read: ${{ vars.NAME }}',
    hint: 'Everybody who may write workflows can read it. What is secret belongs into a secret.',
  },
}

interface Scope {
  table: ValueTable
  repository: string | null
}

/** Secrets or variables of one scope: listed, set, replaced and deleted. */
export function ValueList({ mayChange, ...scope }: Scope & { mayChange: boolean }) {
  const query = useQuery(valuesQuery(scope.table, scope.repository))
  const [editing, setEditing] = useState<string | null>(null)
  const close = () => setEditing(null)
  const { one, many, icon, empty } = words[scope.table]
  return (
    <section className={styles.section} aria-label={many}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{many}</h2>
        {mayChange && query.data && (
          <Button size="small" onClick={() => setEditing('')}>
            New {one}
          </Button>
        )}
      </div>
      {editing === '' && <ValueForm {...scope} onClose={close} />}
      {query.isPending && <SkeletonRows rows={2} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && editing !== '' && (
        <EmptyState icon={icon} title={`No ${many.toLowerCase()} yet`}>
          {empty}
        </EmptyState>
      )}
      {query.data && query.data.length > 0 && (
        <ul className={styles.rows} aria-label={many}>
          {query.data.map((value) => (
            <li key={value.name} className={styles.row}>
              {editing === value.name ? (
                <ValueForm {...scope} current={value} onClose={close} />
              ) : (
                <ValueRow
                  {...{ scope, value }}
                  {...(mayChange && { onEdit: () => setEditing(value.name) })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function ValueRow({ scope, value, onEdit }: { scope: Scope; value: Value; onEdit?: () => void }) {
  const { one } = words[scope.table]
  const queryClient = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteValue(scope.table, scope.repository, value.name),
    onSuccess: () => queryClient.invalidateQueries(valuesQuery(scope.table, scope.repository)),
  })
  return (
    <>
      <div className={styles.words}>
        <code className={styles.name}>{value.name}</code>
        {value.value !== undefined && <code className={styles.value}>{value.value}</code>}
        <div className={styles.quiet}>
          set <RelativeTime at={value.updated_at} />
          {value.updated_by && <> by {value.updated_by}</>}
        </div>
        {remove.isError && (
          <div className={styles.warn} role="alert">
            {remove.error.message}
          </div>
        )}
      </div>
      {onEdit && (
        <>
          <IconButton
            icon={PencilIcon}
            size="small"
            variant="invisible"
            aria-label={`Replace ${one} ${value.name}`}
            onClick={onEdit}
          />
          <ConfirmDelete what={`${one} ${value.name}`} onDelete={() => remove.mutate()}>
            Workflows that read it find it empty from now on.
          </ConfirmDelete>
        </>
      )}
    </>
  )
}

/** A new one, or with `current` another value for it. */
function ValueForm({
  table,
  repository,
  current,
  onClose,
}: Scope & { current?: Value; onClose: () => void }) {
  const { one, hint } = words[table]
  const [name, setName] = useState(current?.name ?? '')
  const [value, setText] = useState(current?.value ?? '')
  const queryClient = useQueryClient()
  const save = useMutation({
    mutationFn: () => setValue(table, repository, { name: name.trim(), value }),
    onSuccess: async () => {
      await queryClient.invalidateQueries(valuesQuery(table, repository))
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form className={styles.form} onSubmit={submit} aria-label={current ? `Replace ${name}` : `New ${one}`}>
      <FormControl required disabled={current !== undefined}>
        <FormControl.Label>Name</FormControl.Label>
        <TextInput
          block
          autoFocus={!current}
          monospace
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value.toUpperCase())}
        />
      </FormControl>
      <FormControl required>
        <FormControl.Label>Value</FormControl.Label>
        <Textarea
          block
          autoFocus={current !== undefined}
          rows={3}
          resize="vertical"
          maxLength={longestValue}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => setText(event.target.value)}
        />
        <FormControl.Caption>{hint}</FormControl.Caption>
      </FormControl>
      {save.isError && (
        <p className={styles.warn} role="alert">
          {save.error.message}
        </p>
      )}
      <div className={styles.buttons}>
        <Button type="submit" variant="primary" loading={save.isPending} disabled={!name.trim() || !value}>
          Save {one}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}
