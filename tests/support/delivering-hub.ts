import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { DeliveredEvent } from '../../src/tasks/index.ts'
import type { Connected } from './full-repository.ts'
import { exampleOf, issueOf, plantRepository, startGithubServer } from './github-server.ts'
import { type dialects, openTempStore } from './temp-store.ts'
import { startTestMirror } from './test-mirror.ts'

export type Json = Record<string, unknown>

export const { repository } = plantRepository({ id: 1, name: 'hello', private: true }, {})

export const mona = { login: 'mona', id: 1 }

/** A hub that mirrors acme/hello, which mona may administer and hubot may read. */
export async function connect({
  dialect,
  onDelivered,
}: {
  dialect?: (typeof dialects)[number]
  onDelivered?: (event: DeliveredEvent) => void
} = {}): Promise<Connected> {
  const github = await startGithubServer()
  const store = await openTempStore(dialect)
  const mirror = await startTestMirror({ store, url: github.url, ...(onDelivered && { onDelivered }) })
  github.people.set('mona', mona)
  github.repositories.push(plantRepository({ id: 1, name: 'hello', private: true }, { mona: 'admin' }))
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  await mirror.run(syncAccountTask(userId))
  return {
    ...mirror,
    github,
    userId,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

export function issues(action: string, number: number, more: { minutes?: number } & Json = {}) {
  return { event: 'issues', payload: { action, issue: issueOf(number, more), repository, sender: mona } }
}

export function changed(event: string, key: string, action: string, more: Json, index = 0) {
  return {
    event,
    payload: { action, [key]: { ...exampleOf(event, key, index), ...more }, repository, sender: mona },
  }
}

export async function untilApplied(hub: Connected, count: number): Promise<void> {
  const isApplied = async () => {
    const applied = await hub.store.read
      .selectFrom('deliveries')
      .select('id')
      .where('state', '=', 'applied')
      .execute()
    return applied.length >= count
  }
  if (await isApplied()) return
  await new Promise<void>((resolve) => {
    const unsubscribe = hub.store.onChanges(async () => {
      if (!(await isApplied())) return
      unsubscribe()
      resolve()
    })
  })
}
