import styles from './progress-bar.module.css'

/** How much of something is done. */
export function ProgressBar({
  done,
  of,
  label,
  failed = false,
}: {
  done: number
  of: number
  label: string
  failed?: boolean
}) {
  return (
    <progress
      className={styles.bar}
      max={Math.max(1, of)}
      value={done}
      data-failed={failed}
      aria-label={label}
    />
  )
}
