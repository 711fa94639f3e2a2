import type { Label } from '../../../contract/common.ts'
import styles from './label-pill.module.css'

/** A GitHub label: its colour as a dot, so that its words stay readable in every theme. */
export function LabelPill({ label }: { label: Label }) {
  return (
    <span className={styles.label} title={label.description ?? undefined}>
      <span className={styles.dot} style={{ backgroundColor: `#${label.color}` }} />
      {label.name}
    </span>
  )
}
