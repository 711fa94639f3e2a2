import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { ErrorState } from './error-state.tsx'
import { Page } from './page.tsx'

/** What a page shows in its place when it throws: the rest of the app stays usable. */
export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  useEffect(() => queries.reset(), [queries])
  return (
    <Page>
      <ErrorState error={error} onRetry={() => void router.invalidate()} />
    </Page>
  )
}
