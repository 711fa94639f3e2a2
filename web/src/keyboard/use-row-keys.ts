import type { RefObject } from 'react'
import { useShortcuts } from './use-shortcuts.ts'

/** `j` and `k` walk the rows of a page: each row's own link takes the focus, so that `enter` opens it. */
export function useRowKeys(page: RefObject<HTMLElement | null>): void {
  const walk = (step: 1 | -1) => {
    const rows = [...(page.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    const next = rows[at < 0 ? 0 : at + step]
    next?.focus({ preventScroll: true })
    next?.closest('li')?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts({ 'row.next': () => walk(1), 'row.previous': () => walk(-1) })
}
