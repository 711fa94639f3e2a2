import { type Icon, SearchIcon } from '@primer/octicons-react'
import { TextInput } from '@primer/react'
import { useEffect, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { readQuery } from '../../../contract/search/read-query.ts'
import type { SearchType } from '../../../contract/search/words.ts'
import { writingAt } from '../data/suggest.ts'
import { useSuggestions } from '../data/use-suggestions.ts'
import styles from './search-field.module.css'
import { SearchProblems } from './search-problems.tsx'

/**
 * A field for GitHub's search words. What may come next is suggested: the arrows choose, Tab or Enter takes it; Enter
 * without a choice searches.
 */
export function SearchField({
  value,
  onSearch,
  type,
  label,
  placeholder,
  repository = null,
  icon = SearchIcon,
  large = false,
  autoFocus = false,
}: {
  value: string
  onSearch: (q: string) => void
  /** What is searched for: which words there are. */
  type: SearchType
  label: string
  placeholder: string
  /** Only values of this one are suggested. */
  repository?: string | null
  icon?: Icon
  large?: boolean
  autoFocus?: boolean
}) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(value)
  const [caret, setCaret] = useState<number | null>(null)
  const [active, setActive] = useState(-1)
  const id = useId()
  useEffect(() => setText(value), [value])

  const suggestions = useSuggestions(caret === null ? null : writingAt(text, caret), type, repository)
  const { problems } = readQuery(value, type)
  const close = () => {
    setCaret(null)
    setActive(-1)
  }
  const take = (put: string) => {
    if (caret === null) return
    const { from } = writingAt(text, caret)
    const place = from + put.length
    // At once, so that the next key finds the caret behind what was taken.
    flushSync(() => {
      setText(text.slice(0, from) + put + text.slice(caret).trimStart())
      setCaret(place)
      setActive(-1)
    })
    input.current?.setSelectionRange(place, place)
  }
  const search = () => {
    close()
    onSearch(text.trim())
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && caret !== null && suggestions.length > 0) {
      event.preventDefault()
      const count = suggestions.length + 1
      setActive(((active + 1 + step + count) % count) - 1)
    } else if ((event.key === 'Enter' || event.key === 'Tab') && suggestions[active]) {
      event.preventDefault()
      take(suggestions[active].put)
    } else if (event.key === 'Escape' && caret !== null) {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
  }
  const isOpen = caret !== null && suggestions.length > 0

  return (
    <search className={styles.search}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          search()
        }}
      >
        <TextInput
          ref={input}
          leadingVisual={icon}
          role="combobox"
          aria-label={label}
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
          placeholder={placeholder}
          block
          size={large ? 'large' : 'small'}
          spellCheck={false}
          autoComplete="off"
          autoFocus={autoFocus}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setCaret(event.target.selectionStart ?? event.target.value.length)
            setActive(-1)
          }}
          onKeyDown={onKeyDown}
          onBlur={close}
          validationStatus={problems.length > 0 ? 'error' : undefined}
        />
      </form>
      {isOpen && (
        <div id={id} role="listbox" aria-label="Suggestions" className={styles.suggestions}>
          {suggestions.map((suggestion, index) => (
            // The field keeps the focus and the keys; a row is only clicked.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            // biome-ignore lint/a11y/useFocusableInteractive: see above
            <div
              key={suggestion.put}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={styles.suggestion}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion.put)}
            >
              <span className={styles.name}>{suggestion.label}</span>
              {suggestion.detail && <span className={styles.detail}>{suggestion.detail}</span>}
            </div>
          ))}
        </div>
      )}
      {problems.length > 0 && (
        <SearchProblems id={`${id}-problems`} q={value} problems={problems} onSearch={onSearch} />
      )}
    </search>
  )
}
