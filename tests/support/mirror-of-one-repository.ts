import type { MirrorTaskDeps } from '../../src/tasks/index.ts'
import {
  type GithubServer,
  type PlantedRepository,
  plantRepository,
  startGithubServer,
} from './github-server.ts'
import { type dialects, openTempStore } from './temp-store.ts'
import { startTestMirror, type TestMirror } from './test-mirror.ts'

/** A hub with one person and one repository, of which it has read nothing yet. */
export interface MirrorOfOne extends TestMirror, AsyncDisposable {
  github: GithubServer
  planted: PlantedRepository
  userId: string
}

/** Starts it; `webhook`: it registers one wherever it may. */
export async function startMirrorOfOne(
  options: { dialect?: (typeof dialects)[number]; webhook?: ReturnType<MirrorTaskDeps['webhook']> } = {},
): Promise<MirrorOfOne> {
  const github = await startGithubServer()
  const store = await openTempStore(options.dialect)
  const mirror = await startTestMirror({ store, url: github.url, webhook: options.webhook ?? null })
  github.people.set('mona', { id: 1, login: 'mona' })
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  const planted = plantRepository({ id: 1, name: 'site' }, { mona: 'admin' })
  github.repositories.push(planted)
  return {
    ...mirror,
    github,
    planted,
    userId,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}
