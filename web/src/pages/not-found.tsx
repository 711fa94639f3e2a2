import { TelescopeIcon } from '@primer/octicons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../components/empty-state.tsx'
import { Page, usePageTitle } from '../components/page.tsx'

/** No page lives at this address. */
export function NotFound() {
  usePageTitle('Not found')
  return (
    <Page>
      <EmptyState
        icon={TelescopeIcon}
        title="No page lives at this address"
        action={<Link to="/">Go home</Link>}
      >
        It may have moved, or the link was cut short.
      </EmptyState>
    </Page>
  )
}
