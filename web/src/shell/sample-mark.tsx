import { useQuery } from '@tanstack/react-query'
import { setupQuery } from '../data/queries.ts'
import styles from './top-bar.module.css'

/** Sample data says what it is, on every page. */
export function SampleMark() {
  const running = useQuery(setupQuery).data?.demo.running
  return running ? <span className={styles.sample}>Local GitHub, sample data</span> : null
}
