import { useConnection } from '../data/live.ts'
import { Page } from './page.tsx'
import { SkeletonLine, SkeletonRows } from './skeleton.tsx'
import { WaitsForHub } from './waits-for-hub.tsx'

/** A page whose code is still on its way; without the hub it waits, and says so. */
export function PageSkeleton() {
  const { state } = useConnection()
  if (state === 'offline') {
    return (
      <Page>
        <WaitsForHub />
      </Page>
    )
  }
  return (
    <Page>
      <SkeletonLine width="18rem" height="1.5rem" />
      <SkeletonRows rows={10} />
    </Page>
  )
}
