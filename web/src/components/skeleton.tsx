import styles from './skeleton.module.css'

/** A grey line where words will be. */
export function SkeletonLine({ width = '100%', height = '0.75rem' }: { width?: string; height?: string }) {
  return <span className={styles.line} style={{ width, height }} aria-hidden="true" />
}

/** Rows where a list will be, shaped as its rows; shown after a moment of silence, so that quick answers do not flash. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div className={styles.rows} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // The rows are all alike and never move.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={index} className={styles.row}>
          <span className={styles.dot} />
          <div className={styles.words}>
            <SkeletonLine width={`${42 + ((index * 17) % 38)}%`} />
            <SkeletonLine width={`${18 + ((index * 11) % 16)}%`} height="0.5rem" />
          </div>
        </div>
      ))}
    </div>
  )
}
