import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { HubEvents } from '../../src/events.ts'
import { requestComparison } from '../../src/store/sync-progress.ts'
import type { MirrorTaskDeps } from '../../src/tasks/index.ts'
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

interface Options {
  dialect?: (typeof dialects)[number]
  /** It registers a webhook wherever it may. */
  webhook?: ReturnType<MirrorTaskDeps['webhook']>
}

/** A hub with one person and one repository, of which it has read nothing yet. */
export async function startMirrorOfOne({ dialect, webhook = null }: Options = {}): Promise<MirrorOfOne> {
  const github = await startGithubServer()
  const store = await openTempStore(dialect)
  const mirror = await startTestMirror({ store, url: github.url, webhook })
  const mona = { login: 'mona', id: 1 }
  github.people.set('mona', mona)
  const planted = plantRepository({ id: 1, name: 'hello', private: true }, { mona: 'admin' })
  github.repositories.push(planted)
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  const setAside: MirrorOfOne['setAside'] = []
  mirror.deps.events.on('item.set-aside', (event) => setAside.push(event))
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

/** The same, once the repository has been read. `plant` puts something into it before. */
export async function connect({
  plant,
  ...options
}: Options & { plant?: (planted: PlantedRepository) => void } = {}): Promise<MirrorOfOne> {
  const hub = await startMirrorOfOne(options)
  plant?.(hub.planted)
  await hub.run(syncAccountTask(hub.userId))
  return hub
}

/** Compares everything in the repository with GitHub, as is done once a day, whether something seems new or not. */
export async function compare(hub: MirrorOfOne): Promise<void> {
  hub.advance(60_000)
  await hub.store.write((tx) => requestComparison(tx, 1))
  await hub.run(syncRepositoryTask(1))
}
