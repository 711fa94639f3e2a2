import { percentile, useLatency } from '../data/latency.ts'
import { type Connection, readRoundTrip, useConnection } from '../data/live.ts'
import styles from './top-bar.module.css'

const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** `live · 18 ms` from webhook to screen, `catching up`, or `offline since 12:04`. */
export function LiveDot() {
  const connection = useConnection()
  const latency = useLatency()
  const last = latency.at(-1)
  const words = describe(connection, last)
  return (
    <span className={styles.live} data-state={connection.state} title={explain(connection, latency)}>
      <span className={styles.dot} />
      <span className={styles.liveWord}>{words}</span>
      <span className={styles.announce} role="status">
        {connection.state === 'live' ? 'Live' : words}
      </span>
    </span>
  )
}

function describe(connection: Connection, last: number | undefined): string {
  switch (connection.state) {
    case 'live':
      return last === undefined ? 'live' : `live · ${Math.round(last)} ms`
    case 'offline':
      return `offline since ${clockTime.format(connection.since)}`
    default:
      return 'catching up'
  }
}

function explain(connection: Connection, latency: readonly number[]): string {
  if (connection.state === 'offline')
    return 'The hub does not answer. What you see is from before; trying again.'
  const roundTrip = readRoundTrip()
  const lines = [roundTrip === null ? null : `To the hub and back: ${Math.round(roundTrip)} ms`]
  const median = percentile(latency, 0.5)
  if (median !== null) {
    lines.push(
      `Webhook to screen, last ${latency.length}: median ${Math.round(median)} ms, ` +
        `95% below ${Math.round(percentile(latency, 0.95)!)} ms`,
    )
  }
  return lines.filter(Boolean).join('\n') || 'Pages follow GitHub by themselves'
}
