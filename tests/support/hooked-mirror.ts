import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import {
  type GithubServer,
  type PlantedRepository,
  plantRepository,
  startGithubServer,
} from './github-server.ts'
import { type dialects, openTempStore } from './temp-store.ts'
import { type Options, startTestMirror, type TestMirror } from './test-mirror.ts'

/** Where the hub says that it is reached. */
const webhook = { url: 'https://hub.example/webhooks/github', secret: 'a secret' }

export interface Hooked extends TestMirror, AsyncDisposable {
  github: GithubServer
  planted: PlantedRepository
  hookId: number
  userId: string
}

/** A hub that has read a repository and registered its webhook there. */
export async function hook(
  dialect: (typeof dialects)[number] = 'sqlite',
  { now = Date.now, ...more }: Pick<Options, 'now' | 'onDelivered'> = {},
): Promise<Hooked> {
  const github = await startGithubServer()
  const store = await openTempStore(dialect)
  const mirror = await startTestMirror({ store, url: github.url, webhook, now, ...more })
  github.people.set('mona', { id: 1, login: 'mona' })
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  const planted = plantRepository({ id: 1, name: 'site' }, { mona: 'admin' })
  github.repositories.push(planted)
  await mirror.run(syncAccountTask(userId))
  return {
    ...mirror,
    github,
    planted,
    userId,
    hookId: planted.hooks[0]?.id as number,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}
