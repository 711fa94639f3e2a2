import { type RefObject, useEffect, useRef } from 'react'

/**
 * Lets an element glow once, softly, when the value changes while it is shown (or at once, when it is `fresh`):
 * the eye finds what moved. Not for people who asked for less motion.
 */
export function useGlow<E extends HTMLElement>(value: unknown, fresh = false): RefObject<E | null> {
  const element = useRef<E>(null)
  const before = useRef(fresh ? undefined : value)
  useEffect(() => {
    if (before.current === value) return
    before.current = value
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    element.current?.animate(
      [{ backgroundColor: 'var(--bgColor-accent-muted)' }, { backgroundColor: 'transparent' }],
      { duration: 1_800, easing: 'ease-out' },
    )
  }, [value])
  return element
}
