import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { fieldsOf } from '../../src/domain/mirror/fields.ts'
import { createEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import type { Fetch } from '../../src/github/guarded-fetch.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { type KindName, kinds } from '../../src/mirror/kinds.ts'
import { readPermission, readRepository } from '../../src/mirror/repository.ts'
import { saveAccess } from '../../src/store/access.ts'
import { saveCredential } from '../../src/store/credentials.ts'
import { saveListed } from '../../src/store/mirror.ts'
import { saveRepository } from '../../src/store/repositories.ts'
import type { Store } from '../../src/store/store.ts'
import { openTestApp, type SignedIn, type TestApp } from './test-app.ts'

export type Json = Record<string, unknown>

/** What somebody wants done: method, address below the repository, body. */
export type Wish = ['POST' | 'PATCH' | 'PUT' | 'DELETE', string, object?]

/** A hub whose people act on a local GitHub, and a look at that GitHub that goes by the hub. */
export interface ActingHub extends TestApp {
  /** Signs a person of the local GitHub in; what they may do in the repository is as GitHub says. */
  enter(login: string): Promise<SignedIn>
  /** Asks the hub to act, with a new key or the key of an earlier try. */
  act(as: SignedIn, wish: Wish, key?: string): ReturnType<TestApp['ask']>
  /** What the hub answers to somebody who looks at an address below the repository. */
  read<T>(as: SignedIn, path: string): Promise<T>
  /** Asks GitHub itself, as its owner. */
  github<T = Json>(method: string, path: string, body?: object): Promise<T>
  /** Brings one thing of GitHub into the mirror, as a sync would. */
  mirror(kind: KindName, path: string): Promise<Json>
  /** What the hub asked GitHub to do, `METHOD /path`. */
  sent: string[]
  /** The hub's next request that matches is answered by nobody, though GitHub gets it. */
  loseAnswer(matching: RegExp): void
  /** The hub's next request that matches is refused for its credential, before GitHub looks at what it wants. */
  refuseToken(matching: RegExp): void
}

/** Opens such a hub over a repository of the local GitHub. */
export async function openActingHub(
  local: LocalGithub,
  { repository, dialect }: { repository: string; dialect?: Store['dialect'] },
): Promise<ActingHub> {
  const sent: string[] = []
  let lost: RegExp | null = null
  let untrusted: RegExp | null = null
  const fetchLosing: Fetch = async (url, init) => {
    const line = `${init?.method ?? 'GET'} ${new URL(url).pathname}`
    if (untrusted?.test(line)) {
      untrusted = null
      return Response.json({ message: 'Bad credentials' }, { status: 401 })
    }
    const response = await fetch(url, init)
    if ((init?.method ?? 'GET') !== 'GET') sent.push(line)
    if (!lost?.test(line)) return response
    lost = null
    throw new TypeError('the connection broke')
  }
  const github = createGithub({
    webUrl: local.url,
    apiUrl: local.apiUrl,
    events: createEvents(),
    log: pino({ level: 'silent' }),
    fetch: fetchLosing,
    retryPauseMs: 1,
  })
  const hub = await openTestApp({ localGithub: local, github, ...(dialect && { dialect }) })
  const tokenOf = (login: string) => local.people.find((person) => person.login === login)?.token as string
  const ask = async <T>(method: string, path: string, token: string, body?: object): Promise<T> => {
    const answer = await fetch(`${local.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${method} ${path}: ${text}`)
    return (text === '' ? null : JSON.parse(text)) as T
  }
  const owner = local.people.find(({ role }) => role === 'owner')!.login
  let repositoryId = 0

  const below = `/api/v1/repos/${repository}`

  return {
    ...hub,
    sent,
    act: (as, [method, path, payload], key = randomUUID()) =>
      hub.ask({
        ...{ method, url: `${below}${path}`, as, headers: { 'idempotency-key': key } },
        ...(payload && { payload }),
      }),
    read: async (as, path) => (await hub.ask({ url: `${below}${path}`, as })).json(),
    loseAnswer: (matching) => {
      lost = matching
    },
    refuseToken: (matching) => {
      untrusted = matching
    },
    github: (method, path, body) => ask(method, path, tokenOf(owner), body),
    async enter(login) {
      const person = await hub.signIn({ login })
      const told = fieldsOf(await ask('GET', `/repos/${repository}`, tokenOf(login)), 'repository')
      await hub.store.write(async (tx) => {
        const { id } = (await saveRepository(tx, readRepository(told), { revive: true }))!
        repositoryId = id
        const permission = readPermission(told)
        const { userId: user_id } = person
        await saveAccess(tx, [{ user_id, repository_id: id, permission, synced_at: Date.now() }])
        const credential = { userId: user_id, token: tokenOf(login), scopes: ['repo'], now: Date.now() }
        await saveCredential(tx, hub.deps.sealer, credential)
      })
      return person
    },
    async mirror(name, path) {
      const object = await ask<Json>('GET', `/repos/${repository}${path}`, tokenOf(owner))
      const kind = kinds[name] as Kind<object>
      const item = kind.read(fieldsOf(object, name), { repositoryId, asOf: null })!
      await hub.store.write((tx) => saveListed(tx, kind, { repositoryId, items: [item] }))
      return object
    },
  }
}

/** Opens such a hub with a local GitHub of its own, which ends with it. */
export async function openHubWithGithub(repository: string): Promise<ActingHub> {
  const local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
  const hub = await openActingHub(local, { repository })
  return {
    ...hub,
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]()
      await local.close()
    },
  }
}
