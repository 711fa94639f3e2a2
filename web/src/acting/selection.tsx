import { Checkbox } from '@primer/react'
import { lazy, type MouseEvent, type ReactNode, Suspense, useRef, useState } from 'react'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import { patient } from '../offline/patient.ts'
import type { Target } from './plan-several.ts'
import styles from './selection.module.css'

const SeveralBar = lazy(patient(() => import('./several-bar.tsx')))

/** Lets rows of a list be picked: by their boxes, by `x` on the row that has the focus, a range with Shift. */
export function useSelection<T extends { id: number }>(
  items: readonly T[],
  targetOf: (item: T) => Target,
): { box: (item: T) => ReactNode; bar: ReactNode } {
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set())
  const [wasPicked, setWasPicked] = useState(false)
  const last = useRef<number | null>(null)
  const toggle = (id: number, range: boolean) => {
    const next = new Set(picked)
    const isOn = !next.has(id)
    const [from, to] = [
      items.findIndex((item) => item.id === last.current),
      items.findIndex((item) => item.id === id),
    ]
    const among =
      range && from >= 0 ? items.slice(Math.min(from, to), Math.max(from, to) + 1) : items.slice(to, to + 1)
    for (const item of among) {
      if (isOn) next.add(item.id)
      else next.delete(item.id)
    }
    last.current = id
    setPicked(next)
    setWasPicked(true)
  }
  const press = (range: boolean) => {
    const row = document.activeElement?.closest('li')
    const box = row?.querySelector<HTMLInputElement>('[data-select]')
    if (box) toggle(Number(box.dataset.select), range)
  }
  useShortcuts({ 'row.select': () => press(false), 'row.select-to': () => press(true) })
  const targets = items.filter(({ id }) => picked.has(id)).map(targetOf)
  return {
    box: (item) => (
      <span className={styles.box}>
        <Checkbox
          aria-label={`Select #${targetOf(item).number}`}
          data-select={item.id}
          checked={picked.has(item.id)}
          onChange={() => {}}
          onClick={(event: MouseEvent) => toggle(item.id, event.shiftKey)}
        />
      </span>
    ),
    bar: wasPicked && (
      <Suspense>
        <SeveralBar targets={targets} onClear={() => setPicked(new Set())} />
      </Suspense>
    ),
  }
}
