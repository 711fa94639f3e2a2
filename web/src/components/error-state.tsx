import { AlertIcon, CloudOfflineIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { ApiError } from '../data/api-error.ts'
import styles from './states.module.css'

/** What went wrong, why if known, and the way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const known = error instanceof ApiError ? error : null
  const Glyph = known?.offline ? CloudOfflineIcon : AlertIcon
  return (
    <div className={styles.state} role="alert">
      <span className={styles.glyph}>
        <Glyph size={24} />
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
