import { SearchIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import type { SearchHit } from '../../../contract/search/answers.ts'
import { parseQuery } from '../../../contract/search/parse-query.ts'
import { itemsOf } from '../data/items-of.ts'
import { repositoriesQuery } from '../data/queries.ts'
import { useSavedSearches } from '../data/saved-searches.ts'
import { searchHeadQuery } from '../data/search-queries.ts'
import { chooseTheme, themes } from '../data/theme.ts'
import { Keys } from '../keyboard/keys.tsx'
import styles from './command-palette.module.css'
import { sections } from './sections.ts'
import { useHandCommands } from './use-hand-commands.ts'

interface Command {
  id: string
  label: string
  hint: ReactNode
  /** It changes what is written, and the palette stays. */
  isWriting?: true
  run: () => void
}

/** Search and commands: type where to go or what to do, arrow keys choose, enter does it. */
export default function CommandPalette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const listId = useId()
  const write = (next: string) => {
    setText(next)
    setActive(0)
  }
  const commands = useCommands(text, write, onHelp)
  // A dialog gives the focus to its first field by itself.
  useEffect(() => dialog.current?.showModal(), [])

  const choose = (command: Command | undefined) => {
    if (!command) return
    if (!command.isWriting) onClose()
    command.run()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setActive((active + step + commands.length) % Math.max(1, commands.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      choose(commands[active])
    }
  }

  return (
    // A click on the backdrop is a click on the dialog itself; keys close it by the dialog's own cancel.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label="Search and commands"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <label className={styles.field}>
        <SearchIcon size={16} />
        <input
          type="text"
          role="combobox"
          aria-label="Search or go to"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={commands[active] && `${listId}-${active}`}
          placeholder="Search or go to…"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <div id={listId} role="listbox" aria-label="Results" className={styles.results}>
        {commands.map((command, index) => (
          // The field keeps the focus and the keys; a row is only clicked.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === active}
            className={styles.result}
            onPointerMove={() => setActive(index)}
            onClick={() => choose(command)}
          >
            <span className={styles.label}>{command.label}</span>
            <span className={styles.hint}>{command.hint}</span>
          </div>
        ))}
      </div>
      {commands.length === 0 && <p className={styles.nothing}>Nothing here is called “{text}”.</p>}
    </dialog>
  )
}

function useCommands(text: string, onWrite: (text: string) => void, onHelp: () => void): Command[] {
  const navigate = useNavigate()
  const hand = useHandCommands()
  const written = useDeferredValue(text.trim())
  const needle = written.toLowerCase()
  const repositories = itemsOf(useInfiniteQuery(repositoriesQuery({ q: written, limit: 20 })))
  // As it is written: `OR` is no word.
  const hits = (useQuery(searchHeadQuery(written, foundTypes)).data ?? []) as Found[]
  const matches = (label: string) => needle.split(/\s+/).every((part) => label.toLowerCase().includes(part))
  const pages: Command[] = sections.flat().map(({ label, to, key }) => ({
    id: to,
    label,
    hint: <Keys way={`g ${key}`} />,
    run: () => void navigate({ to }),
  }))
  const repos: Command[] = repositories.map(({ id, owner, name, full_name }) => ({
    id: `repo ${id}`,
    label: full_name,
    hint: 'Repository',
    run: () => void navigate({ to: '/repos/$owner/$repo', params: { owner, repo: name } }),
  }))
  const saved: Command[] = useSavedSearches().searches.map(({ name, q, type }) => ({
    id: `saved ${name}`,
    label: name,
    hint: 'Saved search',
    run: () => void navigate({ to: '/search', search: { q, type } }),
  }))
  const looks: Command[] = themes.map((theme) => ({
    id: `theme ${theme}`,
    label: `Theme: ${theme.replace('-', ' ')}`,
    hint: 'Appearance',
    run: () => void chooseTheme(theme),
  }))
  const more: Command[] = [
    {
      id: 'new workflow',
      label: 'New workflow',
      hint: 'Create',
      run: () => void navigate({ to: '/workflows/new' }),
    },
    { id: 'keyboard shortcuts', label: 'Keyboard shortcuts', hint: <Keys way="?" />, run: onHelp },
  ]
  if (!needle) return [...pages, ...hand, ...saved.slice(0, 5), ...more, ...repos.slice(0, 5)]
  const found: Command[] = hits.map((hit) => ({
    ...commandOf(hit, navigate),
    id: `${hit.type} ${hit.item.id}`,
  }))
  const whole: Command = {
    id: 'search',
    label: `Search for ${text.trim()}`,
    hint: 'Everything',
    run: () => void navigate({ to: '/search', search: { q: text.trim() } }),
  }
  const meant: Command[] = parseQuery(text).problems.flatMap(({ from, to, instead }) =>
    instead === undefined
      ? []
      : {
          id: `meant ${from}`,
          label: text.slice(0, from) + instead + text.slice(to),
          hint: 'Did you mean',
          isWriting: true,
          run: () => onWrite(text.slice(0, from) + instead + text.slice(to)),
        },
  )
  const places = [...hand, ...pages, ...saved, ...more, ...looks].filter(({ label }) => matches(label))
  return [...meant, ...places.slice(0, 6), ...repos.slice(0, 5), ...found, whole]
}

/** What the palette finds besides places and repositories. */
const foundTypes = ['pulls', 'issues'] as const
type Found = Extract<SearchHit, { type: (typeof foundTypes)[number] }>

function commandOf({ type, item }: Found, navigate: ReturnType<typeof useNavigate>): Omit<Command, 'id'> {
  const [owner = '', repo = ''] = item.repository.split('/')
  const params = { owner, repo, number: String(item.number) }
  return {
    label: item.title,
    hint: `${item.repository}#${item.number}`,
    run: () =>
      void navigate({
        to: type === 'pulls' ? '/repos/$owner/$repo/pulls/$number' : '/repos/$owner/$repo/issues/$number',
        params,
      }),
  }
}
