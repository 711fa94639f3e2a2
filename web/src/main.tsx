import './styles/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followHub } from './data/live.ts'
import { queryClient } from './data/query-client.ts'
import { joinTabs, readSession, watchSession } from './data/session.ts'
import { loadTheme, readTheme } from './data/theme.ts'
import { router } from './router.tsx'

// A page's code that is gone means that the hub was updated meanwhile: load the new one, but never in a loop.
window.addEventListener('vite:preloadError', (event) => {
  if (performance.now() < 10_000) return
  event.preventDefault()
  location.reload()
})

await loadTheme(readTheme())
joinTabs()
followHub()
// Signing in or out, here or in another tab, decides anew which pages may be shown.
let known = readSession().status
watchSession(() => {
  const before = known
  known = readSession().status
  if (before === 'unknown' || before === known) return
  // What was theirs is forgotten once their page is gone: a page that is shown would ask for it again.
  void router.invalidate().then(() => {
    if (known === 'signed-out') queryClient.removeQueries({ type: 'inactive' })
  })
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
