import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followHub } from './data/live.ts'
import { queryClient } from './data/query-client.ts'
import { joinTabs, readSession, watchSession } from './data/session.ts'
import { loadTheme, readTheme } from './data/theme.ts'
import { startOffline } from './offline/start-offline.ts'
import { router } from './router.tsx'

startOffline()
await loadTheme(readTheme())
joinTabs()
followHub()
// Signing in or out, here or in another tab, decides anew which pages may be shown.
let known = readSession()
watchSession(() => {
  const before = known
  known = readSession()
  if (before.status === 'unknown') return
  if (before.status === 'signed-in' && known.status === 'signed-in') {
    // Another tab signed in as somebody else: nothing of the one before may stay.
    if (before.user.id !== known.user.id) location.reload()
    return
  }
  if (before.status === known.status) return
  // What was theirs is forgotten once their page is gone: a page that is shown would ask for it again.
  void router.invalidate().then(() => {
    if (known.status === 'signed-out') queryClient.removeQueries({ type: 'inactive' })
  })
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
