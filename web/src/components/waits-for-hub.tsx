import { CloudOfflineIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useEffect, useEffectEvent } from 'react'
import { waitForHub } from '../data/hub-presence.ts'
import styles from './states.module.css'

/** A hub that answers but cannot serve (its database is away) is left alone for so long. */
const PAUSE_MS = 1_500

/** Stands where a page will be that cannot be shown without the hub; it comes by itself. */
export function WaitsForHub({ onRetry }: { onRetry?: () => void }) {
  const retry = useEffectEvent(() => onRetry?.())
  useEffect(() => {
    let here = true
    const timer = setTimeout(() => void waitForHub().then(() => here && retry()), PAUSE_MS)
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [])
  return (
    <div className={styles.state} role="status">
      <span className={styles.glyph}>
        <CloudOfflineIcon size={24} />
      </span>
      <h2 className={styles.title}>Waiting for the hub</h2>
      <p className={styles.words}>
        The hub does not answer, and this was not opened before. It appears by itself once the hub is back.
      </p>
      {onRetry && (
        <div className={styles.action}>
          <Button onClick={onRetry}>Try now</Button>
        </div>
      )}
    </div>
  )
}
