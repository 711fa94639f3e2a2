import type pg from 'pg'
import { connect } from './postgres-connections.ts'

interface ListenOptions {
  url: string
  channel: string
  hear(payload: string): void
  /** Called after a pause in which something may have been missed. */
  catchUp(): Promise<void>
}

const retryMostMs = 1_000

/** Hears what commits anywhere announce, on a connection of its own that is made anew when it breaks. */
export function listen({ url, channel, hear, catchUp }: ListenOptions): {
  ready: Promise<void>
  close(): Promise<void>
} {
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false
  let failures = 0

  async function begin(): Promise<void> {
    const next = await connect(url)
    next.on('notification', ({ payload }) => hear(payload ?? ''))
    next.on('end', () => {
      if (client === next) beginAgain()
    })
    client = next
    await next.query(`listen ${channel}`)
    failures = 0
  }

  function beginAgain(): void {
    const broken = client
    client = undefined
    broken?.end().catch(() => {})
    if (closed) return
    const pause = Math.min(retryMostMs, 100 * 2 ** failures++)
    retry = setTimeout(() => begin().then(catchUp).catch(beginAgain), pause)
  }

  return {
    ready: begin(),
    async close() {
      closed = true
      clearTimeout(retry)
      const last = client
      client = undefined
      await last?.end()
    },
  }
}
