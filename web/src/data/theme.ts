import { useSyncExternalStore } from 'react'
import { patient } from '../offline/patient.ts'

export const themes = ['system', 'light', 'dark', 'high-contrast'] as const
export type Theme = (typeof themes)[number]

const changed = new EventTarget()

/** The person's choice on this device; the system's while there is none. */
export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem('theme')
    return themes.find((theme) => theme === stored) ?? 'system'
  } catch {
    return 'system'
  }
}

/** Remembers a choice and shows it at once. `public/theme.js` shows it again before the next first paint. */
export async function chooseTheme(theme: Theme): Promise<void> {
  try {
    localStorage.setItem('theme', theme)
  } catch {
    // Storage may be closed: the choice then lasts as long as the page.
  }
  await loadTheme(theme)
  const root = document.documentElement
  const contrast = theme === 'high-contrast'
  root.dataset.colorMode = theme === 'light' || theme === 'dark' ? theme : 'auto'
  root.dataset.lightTheme = contrast ? 'light_high_contrast' : 'light'
  root.dataset.darkTheme = contrast ? 'dark_high_contrast' : 'dark'
  changed.dispatchEvent(new Event('change'))
}

const loadContrast = patient(() => import('../styles/high-contrast.ts'))

/** The colours of high contrast are a file of their own, fetched by those who want it. */
export async function loadTheme(theme: Theme): Promise<void> {
  if (theme === 'high-contrast') await loadContrast()
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      changed.addEventListener('change', listener)
      return () => changed.removeEventListener('change', listener)
    },
    readTheme,
    () => 'system',
  )
}
