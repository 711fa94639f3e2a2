import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startLocalGithub } from '../../demo/local-github.ts'
import { registerWebhooks } from '../../demo/register-webhooks.ts'
import { startChild } from '../support/child.ts'
import { ask, silent, startReceiver } from './hub-stand-in.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'local-github-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

test('with a data folder, a restart keeps port, tokens, hooks and what happened', async () => {
  const hub = await startReceiver('kept')
  const first = await startLocalGithub({ dataDir, callbackUrls: [], log: silent })
  const { token } = first.people[0]!
  const open = (title: string) =>
    ask(`${first.apiUrl}/repos/harborline/docs/issues`, token, {
      method: 'POST',
      body: JSON.stringify({ title }),
    })
  await registerWebhooks({
    apiUrl: first.apiUrl,
    token,
    url: `${hub.url}/webhooks/github`,
    secret: 'kept',
    log: silent,
  })
  const before = await open('Before the restart')
  await first.close()
  expect(statSync(join(dataDir, 'local-github.json')).mode & 0o777).toBe(0o600)

  const second = await startLocalGithub({ dataDir, callbackUrls: [], log: silent })
  try {
    expect(second.apiUrl).toBe(first.apiUrl)
    expect(second.people).toEqual(first.people)
    const kept = await ask(`${second.apiUrl}/repos/harborline/docs/issues/${before.body.number}`, token)
    expect(kept.body).toMatchObject({ title: 'Before the restart', created_at: before.body.created_at })
    const after = await open('After the restart')
    expect(after.body.number).toBe(before.body.number + 1)
    const told = await hub.find(({ payload }) => payload.issue?.title === 'After the restart')
    expect(told.signed).toBe(true)
  } finally {
    await second.close()
    await hub.close()
  }
})

test('dies with a parent that is killed by SIGKILL', async () => {
  const parent = startChild([fileURLToPath(new URL('./parent-to-kill.ts', import.meta.url)), dataDir])
  const where = /port (\d+) pid (\d+)\n/
  await parent.said(where)
  const [port, pid] = where.exec(parent.output())!.slice(1).map(Number) as [number, number]
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // a killed process may reset the connection; closed is closed
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.resume().once('close', resolve))
  expect(() => process.kill(pid, 0)).not.toThrow()
  await parent.end('SIGKILL')
  await closed
  await expect(fetch(`http://127.0.0.1:${port}/zen`)).rejects.toThrow()
})

test('a port that is taken is a clear error', async () => {
  const first = await startLocalGithub({ callbackUrls: [], log: silent })
  const port = Number(new URL(first.url).port)
  await expect(startLocalGithub({ port, callbackUrls: [], log: silent })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('EADDRINUSE'),
  })
  await first.close()
})
