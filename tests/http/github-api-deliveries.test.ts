import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { getJson } from '../support/get-json.ts'
import { type GithubApiHub, openGithubApiHub } from '../support/github-api-hub.ts'
import { dialects } from '../support/temp-store.ts'

// What a webhook told is read of its stored body when somebody asks for it in GitHub's shape.

const at = '/repos/harborline/tide-api'
type Json = Record<string, unknown>

let local: LocalGithub
const hubs = new Map<string, { hub: GithubApiHub; token: string }>()

beforeAll(async () => {
  local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
  for (const dialect of dialects) {
    const hub = await openGithubApiHub(local, { dialect })
    const { token } = await hub.enter({ id: 1, login: 'mara-lindqvist', token: tokenOfMara() })
    hubs.set(dialect, { hub, token })
  }
}, 240_000)
afterAll(async () => {
  for (const { hub } of hubs.values()) await hub[Symbol.asyncDispose]()
  await local?.close()
})

const tokenOfMara = () => local.people.find(({ login }) => login === 'mara-lindqvist')!.token
const askGithub = (path: string) =>
  getJson(`${local.apiUrl}${at}${path}`, { authorization: `Bearer ${tokenOfMara()}` }) as Promise<Json>

/** What GitHub's own object says, changed by hand as somebody changed it there. */
async function deliver(hub: GithubApiHub, event: string, told: Json): Promise<void> {
  const payload = {
    action: 'edited',
    repository: await askGithub(''),
    sender: { login: 'mara-lindqvist' },
    ...told,
  }
  await hub.mirror.deliver({ event, payload })
}

async function read(dialect: string, path: string) {
  const { hub, token } = hubs.get(dialect)!
  const response = await hub.ask(`${at}${path}`, { token })
  return { by: response.headers.get('x-cldcde-answered-by'), body: (await response.json()) as Json }
}

const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/, '')

test.each(dialects)(
  'answers what a webhook told, and keeps it once it was asked for (%s)',
  async (dialect) => {
    const { hub } = hubs.get(dialect)!
    // The repository itself was told by a survey; GitHub's first answer completes it.
    await read(dialect, '')
    const issue = await askGithub('/issues/1')
    const told = { ...issue, title: 'Told by a webhook', active_lock_reason: 'spam', updated_at: later(60) }
    await deliver(hub, 'issues', { issue: told })
    const first = await read(dialect, '/issues/1')
    expect(first).toMatchObject({
      by: 'mirror',
      body: {
        title: 'Told by a webhook',
        active_lock_reason: 'spam',
        user: { login: (issue.user as Json).login },
      },
    })
    expect(Object.keys(first.body).sort()).toEqual(Object.keys(issue).sort())
    // The delivery is not needed any more.
    await hub.hub.store.write((tx) => tx.deleteFrom('delivery_bodies').execute())
    expect(await read(dialect, '/issues/1')).toEqual(first)
  },
)

test.each(dialects)(
  'asks GitHub where the delivery that told it is not kept any more (%s)',
  async (dialect) => {
    const { hub } = hubs.get(dialect)!
    await read(dialect, '')
    const issue = { ...(await askGithub('/issues/1')), updated_at: later(120) }
    await deliver(hub, 'issues', { issue })
    await hub.hub.store.write((tx) => tx.deleteFrom('delivery_bodies').execute())
    expect(await read(dialect, '/issues/1')).toMatchObject({ by: 'github' })
  },
)

test.each(dialects)(
  'knows a pull request as an issue by the webhook of a comment on it (%s)',
  async (dialect) => {
    const { hub } = hubs.get(dialect)!
    await read(dialect, '')
    const pull = (await askGithub('/issues?state=all')) as unknown as Json[]
    const side = pull.find((one) => 'pull_request' in one)!
    const issue = { ...side, comments: 7, active_lock_reason: 'off-topic', updated_at: later(60) }
    const comment = {
      ...{ id: 900_001, node_id: 'IC_1', body: 'Told', html_url: `${side.html_url}#1`, user: side.user },
      ...{ url: `${local.apiUrl}${at}/issues/comments/900001`, issue_url: side.url },
      ...{ created_at: later(60), updated_at: later(60), author_association: 'MEMBER' },
    }
    await deliver(hub, 'issue_comment', { action: 'created', issue, comment })
    expect(await read(dialect, `/issues/${side.number}`)).toMatchObject({
      by: 'mirror',
      body: { comments: 7, active_lock_reason: 'off-topic', pull_request: {} },
    })
    const listed = await read(dialect, `/issues/comments/${comment.id}`)
    expect(listed).toMatchObject({ by: 'mirror', body: { body: 'Told', author_association: 'MEMBER' } })
  },
)

test.each(dialects)('finds repositories by their id and in the list of a person (%s)', async (dialect) => {
  const { hub, token } = hubs.get(dialect)!
  const ask = async (path: string) => {
    const response = await hub.ask(path, { token })
    return { by: response.headers.get('x-cldcde-answered-by'), body: await response.json() }
  }
  const { id } = (await askGithub('')) as { id: number }
  await read(dialect, '')
  expect(await ask(`/repositories/${id}`)).toMatchObject({
    by: 'mirror',
    body: { full_name: 'harborline/tide-api' },
  })
  const listed = await ask('/user/repos?sort=full_name&per_page=2')
  expect(listed).toMatchObject({
    by: 'mirror',
    body: [{ full_name: 'harborline/ais-ingest' }, { full_name: 'harborline/berth-planner' }],
  })
})
