import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { HubEvents } from '../../src/events.ts'
import {
  type GithubServer,
  type PlantedRepository,
  plantRepository,
  startGithubServer,
} from './github-server.ts'
import { type dialects, openTempStore } from './temp-store.ts'
import { startTestMirror, type TestMirror } from './test-mirror.ts'

export interface MirrorOfOne extends TestMirror, AsyncDisposable {
  github: GithubServer
  /** acme/hello, number 1, which mona may administer. */
  planted: PlantedRepository
  userId: string
  mona: { id: number; login: string }
  setAside: HubEvents['item.set-aside'][]
}

/** A hub that mirrors one repository, which has been read once. */
export async function connect({
  dialect,
  plant,
}: {
  dialect?: (typeof dialects)[number]
  /** Puts something into the repository before it is read. */
  plant?: (planted: PlantedRepository) => void
} = {}): Promise<MirrorOfOne> {
  const github = await startGithubServer()
  const store = await openTempStore(dialect)
  const mirror = await startTestMirror({ store, url: github.url })
  const mona = { login: 'mona', id: 1 }
  github.people.set('mona', mona)
  const planted = plantRepository({ id: 1, name: 'hello', private: true }, { mona: 'admin' })
  plant?.(planted)
  github.repositories.push(planted)
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  const setAside: MirrorOfOne['setAside'] = []
  mirror.deps.events.on('item.set-aside', (event) => setAside.push(event))
  await mirror.run(syncAccountTask(userId))
  return {
    ...mirror,
    github,
    planted,
    userId,
    mona,
    setAside,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}
