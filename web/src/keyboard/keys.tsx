import { keyCaps } from './key-caps.ts'
import styles from './keys.module.css'

/** The keys of one way to do something, as they stand on the keyboard. */
export function Keys({ way }: { way: string }) {
  return (
    <span className={styles.keys}>
      {keyCaps(way).map((cap, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a key is its place in the order of pressing
        <kbd key={index}>{cap}</kbd>
      ))}
    </span>
  )
}
