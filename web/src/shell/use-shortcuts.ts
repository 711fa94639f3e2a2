import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'

/** `g` and then a letter, as on GitHub. */
const GO = {
  h: '/',
  r: '/repos',
  p: '/pulls',
  i: '/issues',
  a: '/actions',
  w: '/workflows',
  u: '/runs',
  d: '/deliveries',
  y: '/activity',
  s: '/settings',
} as const

/** Keys that work on every page: `Ctrl K` or `/` for search and commands, `g` + letter to go somewhere. */
export function useShortcuts({ openPalette }: { openPalette: () => void }): void {
  const navigate = useNavigate()
  const going = useRef(0)
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      return openPalette()
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (
      event.target instanceof Element &&
      event.target.closest('input, textarea, select, [contenteditable], dialog')
    )
      return
    if (event.key === '/') {
      event.preventDefault()
      return openPalette()
    }
    if (event.key === 'g') {
      going.current = event.timeStamp
      return
    }
    const to = event.timeStamp - going.current < 1_500 ? GO[event.key as keyof typeof GO] : undefined
    going.current = 0
    if (to) void navigate({ to })
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
