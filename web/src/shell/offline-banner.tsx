import { CloudOfflineIcon } from '@primer/octicons-react'
import { useEffect, useState } from 'react'
import { readRecalledAt } from '../offline/open-session.ts'
import styles from './top-bar.module.css'

/** A break shorter than this is not worth a word. */
const PATIENCE = 2_000

/** Says that pages show what was known before the hub went away. */
export function OfflineBanner({ since }: { since: number }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), Math.max(0, since + PATIENCE - Date.now()))
    return () => clearTimeout(timer)
  }, [since])
  if (!shown) return null
  const moment = new Date(readRecalledAt() ?? since)
  const today = moment.toDateString() === new Date().toDateString()
  const known = today ? moment.toLocaleTimeString() : moment.toLocaleString()
  return (
    <div className={styles.offline}>
      <CloudOfflineIcon size={16} />
      The hub does not answer. You see what was known at {known}; pages go on by themselves once it is back.
    </div>
  )
}
