import styles from './sidebar.module.css'

/** The mark: an open ring with a live dot. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className={styles.logo}>
      <rect width="32" height="32" rx="8" className={styles.logoGround} />
      <path d="M21.5 11.2a7.2 7.2 0 1 0 0 9.6" className={styles.logoRing} />
      <circle cx="23.4" cy="16" r="2.6" className={styles.logoDot} />
    </svg>
  )
}
