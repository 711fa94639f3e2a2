import { Page, usePageTitle } from '../../components/page.tsx'
import { ActivityPart } from './activity-part.tsx'
import { CiHealth } from './ci-health.tsx'
import styles from './home.module.css'
import { NeedsYou } from './needs-you.tsx'
import { Tiles } from './tiles.tsx'

/** What needs the person, how the hub and CI do, and what has just happened. */
export function HomePage() {
  usePageTitle('Home')
  return (
    <Page>
      <h1 className={styles.title}>Home</h1>
      <NeedsYou />
      <Tiles />
      <CiHealth />
      <ActivityPart />
    </Page>
  )
}
