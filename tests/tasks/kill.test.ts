import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { fieldsOf } from '../../src/domain/mirror/fields.ts'
import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { readRepository } from '../../src/mirror/repository.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { listIssues } from '../../src/store/issues.ts'
import { getRepository, saveRepository } from '../../src/store/repositories.ts'
import type { Store } from '../../src/store/store.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { type Child, startChild } from '../support/child.ts'
import { issueOf, plantRepository, startGithubServer } from '../support/github-server.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { startTestMirror } from '../support/test-mirror.ts'

const program = fileURLToPath(new URL('../support/mirror-process.ts', import.meta.url))

/** Whatever a failing test left running. */
const children = new Set<Child>()
afterEach(async () => {
  for (const child of children) await child.end('SIGKILL')
  children.clear()
})

function startProcess(instructions: object): Child {
  const child = startChild([program, JSON.stringify(instructions)])
  children.add(child)
  return child
}

async function ended(child: Child): Promise<void> {
  expect(await child.ended(), child.output()).toBe(0)
}

describe('SIGKILL', () => {
  it('in the middle of a sync loses no page and reads none twice that was saved', async () => {
    await using github = await startGithubServer()
    await using store = await openTempStore()
    github.mostPerPage = 10
    github.people.set('mona', { id: 1, login: 'mona' })
    const planted = plantRepository({ id: 1, name: 'hello' }, { mona: 'admin' })
    planted.issues = Array.from({ length: 95 }, (_, index) => issueOf(95 - index))
    github.repositories.push(planted)
    const mirror = await startTestMirror({ store, url: github.url })
    await mirror.stop()
    const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
    await store.write((tx) => enqueue(tx, syncAccountTask(userId)))

    // Killed each time that it asks for a page: before it answers, so that this one page is not saved yet.
    const kills = [
      '/user/repos?',
      '/branches?',
      '/issues?page=2&',
      '/issues?page=5&',
      '/issues?page=6&',
      '/labels?',
    ]
    const instructions = { place: store.place, url: github.url }
    for (const path of kills) {
      const reached = Promise.withResolvers<void>()
      const matching = new RegExp(path.replaceAll(/[?]/g, String.raw`\?`))
      github.instead(matching, () => reached.resolve(), 1)
      const child = startProcess(instructions)
      await Promise.race([reached.promise, ended(child)])
      await child.end('SIGKILL')
    }
    await ended(startProcess(instructions))

    const at = { userId, repositoryId: 1, state: 'all' as const, limit: 100 }
    expect((await listIssues(store.read, at)).items).toHaveLength(95)
    expect(await getRepository(store.read, { userId, fullName: 'acme/hello' })).toMatchObject({
      open_issues: 95,
      synced_at: expect.any(String),
    })
    const progress = await listSyncProgress(store.read, { userId })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
    // What was saved is only asked whether it is still the same.
    const pages = github.asked
      .filter(({ path, headers }) => /issues\?.*sort=created/.test(path) && !headers['if-none-match'])
      .map(({ path }) => /page=(\d+)/.exec(path)?.[1])
    expect(pages).toEqual(['1', '2', '2', '3', '4', '5', '5', '6', '6', '7', '8', '9', '10'])
  })

  it('while deliveries are applied leaves each of them applied exactly once', async () => {
    await using github = await startGithubServer()
    await using store = await openTempStore()
    const total = 60
    await plantDeliveries(store, total)

    const instructions = { place: store.place, url: github.url }
    let kills = 0
    for (let after = 1; kills < 6; after += 3) {
      const child = startProcess(instructions)
      let delivering = 0
      createInterface({ input: child.process.stdout! }).on('line', (line) => {
        if (line === 'delivering' && ++delivering === after) child.process.kill('SIGKILL')
      })
      if ((await child.ended()) !== 'SIGKILL') break
      kills++
    }
    expect(kills).toBeGreaterThanOrEqual(3)
    await ended(startProcess(instructions))

    const changes = await store.read
      .selectFrom('changes')
      .select(['delivery_id', 'seq'])
      .orderBy('seq')
      .execute()
    expect(changes.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1))
    expect(new Set(changes.map(({ delivery_id }) => delivery_id)).size).toBe(total)
    const states = await store.read.selectFrom('deliveries').select('state').execute()
    expect(states.every(({ state }) => state === 'applied')).toBe(true)
    const counted = await store.read
      .selectFrom('repositories')
      .select('open_issues')
      .executeTakeFirstOrThrow()
    expect(counted.open_issues).toBe(total)
    expect(await store.read.selectFrom('tasks').selectAll().execute()).toEqual([])
  })

  it.each(dialects)(
    'by a delivery gives that one up after three times, and applies the others once, on %s',
    async (dialect) => {
      await using github = await startGithubServer()
      await using store = await openTempStore(dialect)
      await plantDeliveries(store, 5)
      const instructions = { place: store.place, url: github.url, deadly: 'guid-3' }
      const ends: unknown[] = []
      while (ends.length < 8 && ends.at(-1) !== 0) {
        ends.push(await startProcess(instructions).ended())
      }
      expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 0])
      const deliveries = await store.read.selectFrom('deliveries').selectAll().orderBy('seq').execute()
      expect(deliveries.map(({ state }) => state)).toEqual([
        'applied',
        'applied',
        'failed',
        'applied',
        'applied',
      ])
      expect(deliveries[2]!.error).toContain('ended in the middle of applying it, 3 times')
      const changes = await store.read
        .selectFrom('changes')
        .select(['delivery_id', 'kind'])
        .orderBy('seq')
        .execute()
      expect(changes.map(({ kind }) => kind).sort()).toEqual([
        'delivery.failed',
        ...Array.from({ length: 4 }, () => 'issue.updated'),
      ])
    },
  )
})

/** Deliveries `guid-1`, `guid-2` … that wait to be applied, each with an issue of its own. */
async function plantDeliveries(store: Store, total: number): Promise<void> {
  const { repository } = plantRepository({ id: 1, name: 'hello' }, {})
  await store.write(async (tx) => {
    await saveRepository(tx, readRepository(fieldsOf(repository, 'repository')), { revive: false })
    for (let number = 1; number <= total; number++) {
      const payload = {
        action: 'opened',
        issue: issueOf(number),
        repository,
        sender: { login: 'mona', id: 1 },
      }
      const body = Buffer.from(JSON.stringify(payload))
      await acceptDelivery(tx, { id: `guid-${number}`, event: 'issues', body, received_at: number })
    }
  })
}
