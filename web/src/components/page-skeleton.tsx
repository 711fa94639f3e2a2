import { Page } from './page.tsx'
import { SkeletonLine, SkeletonRows } from './skeleton.tsx'

/** A page whose code is still on its way. */
export function PageSkeleton() {
  return (
    <Page>
      <SkeletonLine width="18rem" height="1.5rem" />
      <SkeletonRows rows={10} />
    </Page>
  )
}
