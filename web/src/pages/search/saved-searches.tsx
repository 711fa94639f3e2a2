import { ArrowDownIcon, ArrowUpIcon, BookmarkIcon, XIcon } from '@primer/octicons-react'
import { Button, IconButton, TextInput } from '@primer/react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { mostSaved, type SavedSearch } from '../../../../contract/search/saved.ts'
import type { SearchType } from '../../../../contract/search/words.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { useSavedSearches } from '../../data/saved-searches.ts'
import styles from './saved-searches.module.css'

/** Keeps the search that is shown under a name of the person's. */
export function SaveSearch({ q, type }: { q: string; type: SearchType }) {
  const { searches, keep } = useSavedSearches()
  const [name, setName] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const isKept = searches.some((each) => each.q === q && each.type === type)
  if (q.trim() === '' || isKept || searches.length >= mostSaved) return null
  if (name === null) {
    return (
      <Button
        size="small"
        variant="invisible"
        leadingVisual={BookmarkIcon}
        onClick={() => setName(q.slice(0, 60))}
      >
        Save this search
      </Button>
    )
  }
  const called = name.trim()
  const isTaken = searches.some((each) => each.name.toLowerCase() === called.toLowerCase())
  return (
    <form
      className={styles.save}
      onSubmit={(event) => {
        event.preventDefault()
        if (called === '' || isTaken) return
        void keep([...searches, { name: called, q, type }]).then(() => setName(null), setError)
      }}
    >
      <TextInput
        aria-label="Name of the search"
        size="small"
        maxLength={60}
        value={name}
        autoFocus
        validationStatus={isTaken ? 'error' : undefined}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setName(null)}
      />
      <Button size="small" variant="primary" type="submit" disabled={called === '' || isTaken}>
        Save
      </Button>
      {isTaken && <span className={styles.taken}>There is one of this name.</span>}
      {error !== null && <ErrorState error={error} />}
    </form>
  )
}

/** The searches that the person keeps: opened, put in order, taken away and back. */
export function SavedSearches() {
  const { searches, keep } = useSavedSearches()
  const [before, setBefore] = useState<readonly SavedSearch[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  if (searches.length === 0 && !before) return null
  const set = (next: readonly SavedSearch[]) => {
    setError(null)
    void keep(next).catch(setError)
  }
  const move = (index: number, step: 1 | -1) => {
    const next = [...searches]
    const [one] = next.splice(index, 1)
    next.splice(index + step, 0, one!)
    set(next)
  }
  return (
    <section aria-label="Saved searches" className={styles.saved}>
      <h2 className={styles.title}>Saved searches</h2>
      {error !== null && <ErrorState error={error} />}
      <ul className={styles.list}>
        {searches.map(({ name, q, type }, index) => (
          <li key={name} className={styles.one}>
            <Link to="/search" search={{ q, type }} className={styles.name}>
              {name}
            </Link>
            <code className={styles.query}>{q}</code>
            <span className={styles.acts}>
              <IconButton
                icon={ArrowUpIcon}
                size="small"
                variant="invisible"
                aria-label={`Move up: ${name}`}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              />
              <IconButton
                icon={ArrowDownIcon}
                size="small"
                variant="invisible"
                aria-label={`Move down: ${name}`}
                disabled={index === searches.length - 1}
                onClick={() => move(index, 1)}
              />
              <IconButton
                icon={XIcon}
                size="small"
                variant="invisible"
                aria-label={`Delete: ${name}`}
                onClick={() => {
                  setBefore(searches)
                  set(searches.filter((_, each) => each !== index))
                }}
              />
            </span>
          </li>
        ))}
      </ul>
      {before && (
        <p className={styles.undo} role="status">
          Deleted.{' '}
          <Button
            size="small"
            onClick={() => {
              set(before)
              setBefore(null)
            }}
          >
            Undo
          </Button>
        </p>
      )}
    </section>
  )
}
