import { NothingHere } from '../components/nothing-here.tsx'
import { Page, usePageTitle } from '../components/page.tsx'

/** No page lives at this address. */
export function NotFound() {
  usePageTitle('Not found')
  return (
    <Page>
      <NothingHere title="No page lives at this address" />
    </Page>
  )
}
