import { TrashIcon } from '@primer/octicons-react'
import { Button, FormControl, IconButton, Select, TextInput } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Subject, useActs, useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { branchesQuery } from '../data/queries.ts'
import styles from '../pages/repository/manage.module.css'
import { ConfirmDelete } from './confirm-delete.tsx'

export type RefKind = 'branch' | 'tag'
const folders = { branch: 'heads', tag: 'tags' } as const

/** Creates a branch or a tag where a branch stands. */
export function NewRef({ fullName, kind }: { fullName: string; kind: RefKind }) {
  const subject = { fullName, number: 0 }
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [from, setFrom] = useState<string | null>(null)
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const branches = itemsOf(useInfiniteQuery(branchesQuery(fullName)))
  const source = branches.find((branch) => branch.name === (from ?? 'main')) ?? branches[0]
  if (!may('ref.create')) return null
  const create = (event: FormEvent) => {
    event.preventDefault()
    const wanted = name.trim()
    if (!wanted || !source) return
    setOpen(false)
    setName('')
    wish({
      name: 'ref.create',
      body: { ref: `refs/${folders[kind]}/${wanted}`, sha: source.sha },
      label: `create the ${kind} ${wanted}`,
    })
  }
  return open ? (
    <form className={styles.form} onSubmit={create} aria-label={`New ${kind}`}>
      <FormControl required>
        <FormControl.Label>Name</FormControl.Label>
        <TextInput
          block
          autoFocus
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </FormControl>
      <FormControl>
        <FormControl.Label>From the branch</FormControl.Label>
        <Select block value={source?.name ?? ''} onChange={(event) => setFrom(event.target.value)}>
          {branches.map((branch) => (
            <Select.Option key={branch.name} value={branch.name}>
              {branch.name}
            </Select.Option>
          ))}
        </Select>
      </FormControl>
      <span className={styles.buttons}>
        <Button type="submit" variant="primary" disabled={!name.trim() || !source}>
          Create {kind}
        </Button>
        <Button onClick={() => setOpen(false)}>Cancel</Button>
      </span>
    </form>
  ) : (
    <div className={styles.bar}>
      <Button variant="primary" onClick={() => setOpen(true)}>
        New {kind}
      </Button>
    </div>
  )
}

/** Takes branches away at once, since each can be put back where it stood; tags are asked about. */
export function useDeleteRef(fullName: string, kind: RefKind) {
  const subject: Subject = { fullName, number: 0 }
  const { wish } = useActs(subject)
  const { may } = useRights(fullName)
  const [gone, setGone] = useState<{ name: string; sha: string } | null>(null)
  const remove = (one: { name: string; sha: string }) =>
    wish({
      ...(kind === 'branch'
        ? { name: 'branch.delete', values: { branch: one.name } }
        : { name: 'tag.delete', values: { tag: one.name } }),
      label: `delete the ${kind} ${one.name}`,
      onDone: () => setGone(one),
    })
  const restore = ({ name, sha }: { name: string; sha: string }) => {
    setGone(null)
    wish({
      name: 'ref.create',
      body: { ref: `refs/${folders[kind]}/${name}`, sha },
      label: `restore the ${kind} ${name}`,
    })
  }
  return {
    /** What was taken away last, with the way back. */
    undo: gone && (
      <div className={styles.bar} role="status">
        <span className={styles.name}>
          The {kind} {gone.name} is deleted.
        </span>
        <Button size="small" onClick={() => restore(gone)}>
          Restore {gone.name}
        </Button>
      </div>
    ),
    button: (one: { name: string; sha: string }) =>
      may(`${kind}.delete`) && (
        <span className={styles.above}>
          {kind === 'branch' ? (
            <IconButton
              icon={TrashIcon}
              size="small"
              variant="invisible"
              aria-label={`Delete branch ${one.name}`}
              onClick={() => remove(one)}
            />
          ) : (
            <ConfirmDelete what={`tag ${one.name}`} onDelete={() => remove(one)}>
              Releases of it become drafts.
            </ConfirmDelete>
          )}
        </span>
      ),
  }
}
