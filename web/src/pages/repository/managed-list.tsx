import type { Icon } from '@primer/octicons-react'
import { PencilIcon } from '@primer/octicons-react'
import { Button, IconButton } from '@primer/react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import styles from './manage.module.css'

interface Query {
  isPending: boolean
  error: Error | null
  refetch(): unknown
}

interface Props<Item> {
  query: Query
  items: readonly Item[]
  icon: Icon
  /** `label` and `Labels`. */
  words: { one: string; many: string }
  /** What one would see here, where there is nothing. */
  empty: string
  may: { create: boolean; edit: boolean }
  /** The fields of one that is edited, or of a new one. */
  form(item: Item | undefined, close: () => void): ReactNode
  /** What one is, in a line. */
  row(item: Item): ReactNode
  name(item: Item): string
  /** What may be done with one, before and after the pencil. */
  actions(item: Item, pencil: ReactNode): ReactNode
}

/** Things of a repository that have a name and little else: listed, made, edited in place and deleted. */
export function ManagedList<Item extends { id: number }>(props: Props<Item>) {
  const { query, items, icon, words, empty, may, form, row, name, actions } = props
  const [editing, setEditing] = useState<number | 'new' | null>(null)
  const close = () => setEditing(null)
  if (query.isPending) return <SkeletonRows />
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const pencil = (item: Item) => (
    <IconButton
      icon={PencilIcon}
      size="small"
      variant="invisible"
      aria-label={`Edit ${words.one} ${name(item)}`}
      onClick={() => setEditing(item.id)}
    />
  )
  return (
    <>
      {may.create && (
        <div className={styles.bar}>
          <Button variant="primary" onClick={() => setEditing('new')}>
            New {words.one}
          </Button>
        </div>
      )}
      {editing === 'new' && form(undefined, close)}
      {items.length === 0 && (
        <EmptyState icon={icon} title={`No ${words.many.toLowerCase()} yet`}>
          {empty}
        </EmptyState>
      )}
      <ul className={items.length > 0 ? styles.list : undefined} aria-label={words.many}>
        {items.map((item) => (
          <li key={item.id} className={styles.item}>
            {editing === item.id ? (
              form(item, close)
            ) : (
              <>
                <span className={styles.name}>{row(item)}</span>
                {may.edit && actions(item, pencil(item))}
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}

interface FormProps {
  /** What is edited, or made. */
  label: string
  what: string
  /** Whether it can be saved as it is. */
  isWhole: boolean
  children: ReactNode
  onSave(): void
  onClose(): void
}

/** The fields of one; it closes as soon as it is saved. */
export function ManagedForm({ label, what, isWhole, children, onSave, onClose }: FormProps) {
  const save = (event: FormEvent) => {
    event.preventDefault()
    if (!isWhole) return
    onClose()
    onSave()
  }
  return (
    <form className={styles.form} onSubmit={save} aria-label={label}>
      {children}
      <span className={styles.buttons}>
        <Button type="submit" variant="primary" disabled={!isWhole}>
          Save {what}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </span>
    </form>
  )
}
