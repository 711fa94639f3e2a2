import { describe, expect, it } from 'vitest'
import { examples, type Json } from '../support/github-server.ts'
import { openLookingHub } from '../support/looking-hub.ts'
import { dialects } from '../support/temp-store.ts'
import type { SignedIn } from '../support/test-app.ts'

const alertOf = (event: string, more: Json) => {
  const payload = examples.find(({ name }) => name === event)!.examples[1]!
  return { ...(structuredClone(payload.alert) as Json), ...more }
}
const secret = (number: number, more: Json = {}): Json => ({
  number,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  html_url: 'https://github.example/acme/hello/security/secret-scanning/1',
  state: 'open',
  resolution: null,
  secret_type: 'github_pat',
  secret_type_display_name: 'GitHub personal access token',
  ...more,
})

describe.each(dialects)('security alerts on %s', (dialect) => {
  it('are for those whom GitHub shows them to, whichever way they come', async () => {
    await using hub = await openLookingHub({
      dialect,
      plant: ({ others }) => {
        others.set('dependabot/alerts', [alertOf('dependabot_alert', { number: 1, state: 'open' })])
        others.set('code-scanning/alerts', [
          alertOf('code_scanning_alert', { number: 2, state: 'dismissed' }),
        ])
        others.set('secret-scanning/alerts', [secret(3)])
      },
    })
    const { mona, mirror } = hub
    const reader = await hub.admit('reader', 'triage')
    const writer = await hub.admit('writer', 'push')
    const lists = ['dependabot/alerts', 'code-scanning/alerts', 'secret-scanning/alerts']
    const statuses = async (as: SignedIn) => await Promise.all(lists.map((list) => hub.status(list, as)))
    expect(await statuses(mona)).toEqual([200, 200, 200])
    expect(await statuses(writer)).toEqual([200, 200, 403])
    expect(await statuses(reader)).toEqual([403, 403, 403])
    // The secret itself is not even asked for.
    const asked = hub.github.asked.filter(({ path }) => path.includes('secret-scanning'))
    expect(asked.map(({ path }) => path)).toEqual([expect.stringContaining('hide_secret=true')])

    expect(await hub.look('dependabot/alerts', writer)).toMatchObject([
      { number: 1, state: 'open', severity: 'medium', subject: 'semver (npm)', path: 'package-lock.json' },
    ])
    const all = async (as: SignedIn, state: string) => {
      const answer = await hub.app.ask({ method: 'GET', url: `/api/v1/security/alerts?state=${state}`, as })
      return answer.json<{ kind: string; number: number }[]>().map(({ kind, number }) => `${kind} ${number}`)
    }
    expect(await all(mona, 'open')).toEqual(['secret_scanning_alert 3', 'dependabot_alert 1'])
    expect(await all(writer, 'all')).toEqual(['dependabot_alert 1', 'code_scanning_alert 2'])
    expect(await all(reader, 'all')).toEqual([])

    const about = { repository: mirror.planted.repository, sender: mirror.mona }
    const [told] = await mirror.deliver(
      {
        event: 'secret_scanning_alert',
        payload: {
          action: 'resolved',
          alert: secret(3, { state: 'resolved', resolution: 'revoked', updated_at: '2026-01-02T00:00:00Z' }),
          ...about,
        },
      },
      {
        event: 'dependabot_alert',
        payload: {
          action: 'fixed',
          alert: alertOf('dependabot_alert', {
            number: 1,
            state: 'fixed',
            updated_at: '2026-01-02T00:00:00Z',
          }),
          ...about,
        },
      },
    )
    expect(await all(mona, 'open')).toEqual([])
    expect(await all(writer, 'closed')).toEqual(['dependabot_alert 1', 'code_scanning_alert 2'])
    const topics = async (kind: 'secret_scanning_alert.updated' | 'dependabot_alert.updated') =>
      (await mirror.changes(kind)).map(({ topic }) => topic).sort()
    expect(await topics('secret_scanning_alert.updated')).toEqual([`inbox:${mona.userId}`])
    expect(await topics('dependabot_alert.updated')).toEqual(
      [`inbox:${mona.userId}`, `inbox:${writer.userId}`].sort(),
    )
    const delivery = async (as: SignedIn) =>
      (await hub.app.ask({ method: 'GET', url: `/api/v1/deliveries/${told}`, as })).statusCode
    expect([await delivery(mona), await delivery(writer), await delivery(reader)]).toEqual([200, 404, 404])
  })
})
