import styles from './rows.module.css'

/** A branch, as GitHub sets branch names. */
export function BranchName({ name }: { name: string }) {
  return (
    <code className={styles.branch} title={name}>
      {name}
    </code>
  )
}
