import { useEffect, useEffectEvent } from 'react'
import { apple } from './key-caps.ts'
import { type ShortcutId, shortcuts } from './shortcuts.ts'
import { takesText } from './takes-text.ts'

type Handler = (event: KeyboardEvent) => void

/** The keys of one way of one shortcut, and what they do now. */
interface Binding {
  keys: readonly string[]
  handler: Handler
}

/** The newest binding of a key wins. */
let bindings: readonly Binding[] = []
/** What was pressed of a sequence so far, and when it stops to count. */
let pressed: readonly string[] = []
let pressedUntil = 0
const SEQUENCE_MS = 1_500

/** Lets the keys of some shortcuts do something while the component is shown. */
export function useShortcuts(handlers: Partial<Record<ShortcutId, Handler>>): void {
  const ids = Object.keys(handlers).join('\n')
  const run = useEffectEvent((id: string, event: KeyboardEvent) => handlers[id as ShortcutId]?.(event))
  useEffect(() => {
    const own: readonly Binding[] = (ids === '' ? [] : ids.split('\n')).flatMap((id) =>
      shortcuts[id as ShortcutId].keys.map((way) => ({
        keys: way.split(' '),
        handler: (event: KeyboardEvent) => run(id, event),
      })),
    )
    if (bindings.length === 0) document.addEventListener('keydown', dispatch)
    bindings = [...bindings, ...own]
    return () => {
      bindings = bindings.filter((binding) => !own.includes(binding))
      if (bindings.length === 0) document.removeEventListener('keydown', dispatch)
    }
  }, [ids])
}

function dispatch(event: KeyboardEvent): void {
  const key = nameOf(event)
  if (key === null || event.defaultPrevented) return
  // What is pressed with Ctrl types nothing, so it may be asked for from a text field too.
  if (!key.startsWith('Mod+') && takesText(event)) {
    pressed = []
    return
  }
  const begun = event.timeStamp < pressedUntil ? pressed : []
  // A second key that continues nothing may begin something itself.
  const found = match([...begun, key]) ?? match([key])
  pressed = found && !found.binding ? found.keys : []
  pressedUntil = event.timeStamp + SEQUENCE_MS
  if (!found?.binding) return
  event.preventDefault()
  found.binding.handler(event)
}

/** What these keys do, or that they begin something; null when neither. */
function match(keys: readonly string[]): { keys: readonly string[]; binding: Binding | null } | null {
  const begins = (binding: Binding) => keys.every((key, i) => binding.keys[i] === key)
  const fitting = bindings.filter(begins)
  if (fitting.length === 0) return null
  return { keys, binding: fitting.findLast((binding) => binding.keys.length === keys.length) ?? null }
}

/** A key as the table of shortcuts writes it; null for keys that no shortcut can be. */
function nameOf(event: KeyboardEvent): string | null {
  const { key, ctrlKey, metaKey, altKey } = event
  if (altKey || key === 'Shift' || key === 'Control' || key === 'Meta') return null
  const mod = apple ? metaKey : ctrlKey
  if (apple ? ctrlKey : metaKey) return null
  return mod ? `Mod+${key.toLowerCase()}` : key
}
