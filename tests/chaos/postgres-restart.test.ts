import { createHmac, randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { startHubProcess } from '../support/hub-process.ts'
import { ownPostgres } from '../support/postgres-server.ts'

const secret = 'a secret of tests that is long enough'
const perSecond = 60

describe('a hub whose Postgres is restarted under webhooks', () => {
  it.each(['fast', 'kill'] as const)(
    'stays up, says 503 and when to come again, and goes on by itself within five seconds (%s)',
    async (how) => {
      await using server = await ownPostgres()
      await using hub = await startHubProcess({
        env: { DATABASE_URL: server.url, GITHUB_WEBHOOK_SECRET: secret },
      })
      const answers: Answer[] = []
      const asking: Promise<void>[] = []
      const load = setInterval(() => {
        asking.push(deliver(hub.url).then((answer) => void answers.push(answer)))
      }, 1_000 / perSecond)

      await expect.poll(() => count(answers, 202), { timeout: 20_000 }).toBeGreaterThan(60)
      await server.stop(how)
      await expect.poll(() => count(answers, 503), { timeout: 20_000 }).toBeGreaterThan(60)
      const ready = await fetch(`${hub.url}/readyz`)
      expect(ready.status).toBe(503)
      expect(ready.headers.get('retry-after')).toBe('1')
      expect(await ready.json()).toMatchObject({ code: 'unavailable' })
      expect((await fetch(`${hub.url}/healthz`)).status).toBe(200)

      await server.start()
      const back = performance.now()
      const before = count(answers, 202)
      await expect
        .poll(() => count(answers, 202), { timeout: 20_000, interval: 20 })
        .toBeGreaterThan(before + 5)
      expect(performance.now() - back).toBeLessThan(5_000)
      expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
      clearInterval(load)
      await Promise.all(asking)

      for (const { status, retryAfter } of answers) {
        expect([202, 503]).toContain(status)
        if (status === 503) expect(retryAfter).toBe('1')
      }
      // Everything acknowledged is there, and is applied without anybody's help.
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      const { rows } = await client.query('select id from deliveries')
      const kept = new Set(rows.map(({ id }) => id))
      const accepted = answers.filter(({ status }) => status === 202)
      expect(accepted.filter(({ id }) => !kept.has(id))).toEqual([])
      const waiting = async () =>
        (await client.query("select id from deliveries where state = 'pending'")).rows.length
      await expect.poll(waiting, { timeout: 20_000 }).toBe(0)
      await client.end()
      expect(hub.child.exitCode).toBeNull()
      expect(await hub.stop()).toBe(0)
    },
    120_000,
  )
})

interface Answer {
  id: string
  status: number
  retryAfter: string | null
}

const count = (answers: readonly Answer[], status: number) =>
  answers.filter((answer) => answer.status === status).length

async function deliver(url: string): Promise<Answer> {
  const id = randomUUID()
  const body = JSON.stringify({ zen: 'Keep it logically awesome.', hook_id: 1 })
  const answer = await fetch(`${url}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  })
  await answer.arrayBuffer()
  return { id, status: answer.status, retryAfter: answer.headers.get('retry-after') }
}
