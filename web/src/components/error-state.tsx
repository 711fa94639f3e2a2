import { AlertIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { ApiError } from '../data/api-error.ts'
import { NothingHere } from './nothing-here.tsx'
import styles from './states.module.css'
import { WaitsForHub } from './waits-for-hub.tsx'

/** What went wrong, why if known, and the way to try again; what is not there, or waits for the hub, says so. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const known = error instanceof ApiError ? error : null
  if (known?.status === 404) return <NothingHere />
  if (known?.offline) return <WaitsForHub onRetry={onRetry} />
  return (
    <div className={styles.state} role="alert">
      <span className={styles.glyph}>
        <AlertIcon size={24} />
      </span>
      <h2 className={styles.title}>{known?.title ?? 'This page broke'}</h2>
      <p className={styles.words}>
        {known?.message ?? 'Something in the page itself failed. Try again; if it stays, reload the page.'}
      </p>
      {known?.requestId && (
        <p className={styles.small}>
          Request <code>{known.requestId}</code>
        </p>
      )}
      {onRetry && (
        <div className={styles.action}>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </div>
  )
}
