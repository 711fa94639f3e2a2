import { AlertFillIcon, XIcon } from '@primer/octicons-react'
import { Button, IconButton } from '@primer/react'
import { ApiError } from '../data/api-error.ts'
import { dismissFailure, useFailedActs } from '../data/failed-acts.ts'
import styles from './failed-acts.module.css'

/** What could not be done on GitHub, with GitHub's reason, until it has been seen. */
export function FailedActs() {
  const failed = useFailedActs()
  return (
    <div className={styles.failed} role="alert">
      {failed.map(({ id, label, error, again }) => (
        <div key={id} className={styles.one}>
          <span className={styles.icon}>
            <AlertFillIcon size={16} />
          </span>
          <div className={styles.words}>
            <strong>Could not {label}</strong>
            <p>{error.message}</p>
            {error instanceof ApiError && error.offline && (
              <Button
                size="small"
                onClick={() => {
                  dismissFailure(id)
                  again()
                }}
              >
                Try again
              </Button>
            )}
          </div>
          <IconButton
            icon={XIcon}
            size="small"
            variant="invisible"
            aria-label={`Dismiss: could not ${label}`}
            onClick={() => dismissFailure(id)}
          />
        </div>
      ))}
    </div>
  )
}
