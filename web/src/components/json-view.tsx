import styles from './json-view.module.css'

/** Deeper than this, objects start folded. */
const OPEN_DEPTH = 1

/** A JSON value to read: objects and lists fold, long texts wrap. */
export function JsonView({ value }: { value: unknown }) {
  return (
    <div className={styles.json}>
      <Value value={value} depth={0} />
    </div>
  )
}

function Value({ name, value, depth }: { name?: string; value: unknown; depth: number }) {
  const label = name !== undefined && <span className={styles.name}>{name}: </span>
  if (typeof value !== 'object' || value === null) {
    return (
      <div className={styles.line}>
        {label}
        <span className={styles[value === null ? 'null' : typeof value]}>{JSON.stringify(value)}</span>
      </div>
    )
  }
  const list = Array.isArray(value)
  const entries = Object.entries(value)
  const [open, close] = list ? '[]' : '{}'
  if (entries.length === 0) {
    return (
      <div className={styles.line}>
        {label}
        {open}
        {close}
      </div>
    )
  }
  return (
    <details open={depth <= OPEN_DEPTH} className={styles.node}>
      <summary className={styles.line}>
        {label}
        {open}
        <span className={styles.folded}>
          … {entries.length} {list ? 'items' : 'fields'} {close}
        </span>
      </summary>
      <div className={styles.children}>
        {entries.map(([key, child]) => (
          <Value key={key} name={list ? undefined : key} value={child} depth={depth + 1} />
        ))}
      </div>
      <div className={styles.line}>{close}</div>
    </details>
  )
}
