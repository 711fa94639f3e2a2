import { watchHub } from '../data/live.ts'
import { queryClient } from '../data/query-client.ts'
import { readSession, watchSession } from '../data/session.ts'
import { keepPerson, keepQueries } from './kept.ts'
import { mendStyles } from './patient.ts'

/** Lets the app go on without the hub: its files, its pages, and who is signed in. Called once, at start. */
export function startOffline(): void {
  mendStyles()
  const kept = keepQueries(queryClient, () => readSession().status === 'signed-in')
  let known: string | null = null
  watchSession(() => {
    const session = readSession()
    if (session.status === 'signed-out') {
      known = null
      void kept.forget()
    }
    if (session.status !== 'signed-in' || session.user.id === known) return
    known = session.user.id
    void keepPerson(session.user)
  })
  // What only memory holds is written while there is time for it.
  watchHub((state) => {
    if (state === 'offline') kept.flush()
  })
  window.addEventListener('offline', kept.flush)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') kept.flush()
  })
  if (import.meta.env.PROD) void keepFiles()
}

/** Once the page stands, so that its first load has the line to itself. Only secure origins and localhost have it. */
async function keepFiles(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  if (document.readyState !== 'complete') {
    await new Promise((resolve) => window.addEventListener('load', resolve, { once: true }))
  }
  try {
    const registration = await navigator.serviceWorker.register('/service-worker.js', {
      updateViaCache: 'none',
    })
    // A hub that was away may be back with another build.
    watchHub((state) => {
      if (state === 'live') registration.update().catch(() => {})
    })
  } catch {
    // A browser may refuse: the app then waits for its files like for everything else.
  }
}
