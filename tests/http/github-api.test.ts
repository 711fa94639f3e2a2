import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { getJson } from '../support/get-json.ts'
import { type GithubApiHub, openGithubApiHub } from '../support/github-api-hub.ts'

const repository = 'harborline/tide-api'
const at = `/repos/${repository}`
let local: LocalGithub
let hub: GithubApiHub
let mara: string
/** How often the hub has asked GitHub for somebody. */
let asked = 0

beforeAll(async () => {
  local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
  hub = await openGithubApiHub(local)
  hub.hub.deps.events.on('github.answered', () => {
    asked += 1
  })
  mara = (await hub.enter({ id: 1, ...personOf('mara-lindqvist') })).token
}, 120_000)
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await local?.close()
})

function personOf(login: string): { login: string; token: string } {
  return local.people.find((person) => person.login === login)!
}

/** What GitHub itself answers to the same request, with the addresses of its API as the hub's. */
async function askGithub(path: string): Promise<unknown> {
  const authorization = `Bearer ${personOf('mara-lindqvist').token}`
  return here(await getJson(`${local.apiUrl}${path}`, { authorization }))
}

function here(value: unknown, name = '', isMilestone = false): unknown {
  if (Array.isArray(value)) return value.map((item) => here(item))
  if (typeof value === 'object' && value !== null) {
    const isOne = 'closed_issues' in value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, here(item, key, isOne)]))
  }
  if (typeof value !== 'string') return value
  // The local GitHub tells of a milestone that it changed just now, whenever it is asked.
  if (name === 'updated_at' && isMilestone) return 'now'
  if (/(?:_at|_on|date)$/.test(name)) return value.replace('.000Z', 'Z')
  if (!/(?:url|href)$/.test(name) || name === 'html_url') return value
  const prefix = ['repos', 'users', 'orgs']
    .map((root) => `${local.url}/${root}/`)
    .find((one) => value.startsWith(one))
  return prefix ? hub.api + value.slice(local.url.length) : value
}

/** An issue of which something was said. */
async function findCommented(): Promise<number> {
  const { number } = await hub.hub.store.read
    .selectFrom('issues')
    .innerJoin('repositories', 'repositories.id', 'issues.repository_id')
    .select('number')
    .where('full_name', '=', repository)
    .where('comments', '>', 0)
    .executeTakeFirstOrThrow()
  return number
}

const served = [
  '',
  '/issues?state=all&per_page=100',
  '/issues?per_page=3&page=2',
  '/issues?sort=updated&direction=asc&state=closed',
  '/issues?labels=bug&state=all',
  '/issues?creator=mara-lindqvist&state=all',
  '/issues?assignee=*',
  '/issues?assignee=none&milestone=none',
  '/issues?milestone=1&sort=comments',
  '/issues?since=2026-11-20T00:00:00Z',
  '/issues/1',
  '/issues/{commented}/comments',
  '/issues/comments',
  '/issues/comments?sort=updated&direction=desc',
  '/issues/9',
  '/labels',
  '/labels/bug',
  '/milestones?state=all',
  '/milestones/1',
]

test.each(served)('answers %s from the mirror as GitHub does', async (asIs) => {
  const path = asIs.replace('{commented}', String(await findCommented()))
  // What the survey of a small repository does not tell, GitHub's first answer does.
  await (await hub.ask(`${at}${path}`, { token: mara })).text()
  const before = asked
  const response = await hub.ask(`${at}${path}`, { token: mara })
  const body = here(await response.json())
  expect(response.status, JSON.stringify(body)).toBe(200)
  expect(response.headers.get('x-cldcde-answered-by')).toBe('mirror')
  expect(body).toEqual(await askGithub(`${at}${path}`))
  expect(body).not.toEqual([])
  expect(asked).toBe(before)
})

test('leads through pages as GitHub does, and tells what is left of the hub’s own limit', async () => {
  const path = `${at}/issues?state=all&per_page=5&page=2`
  await (await hub.ask(path, { token: mara })).text()
  const response = await hub.ask(path, { token: mara })
  expect(response.headers.get('link')).toBe(
    [
      [1, 'prev'],
      [3, 'next'],
      [5, 'last'],
      [1, 'first'],
    ]
      .map(([page, rel]) => `<${hub.api}${at}/issues?state=all&per_page=5&page=${page}>; rel="${rel}"`)
      .join(', '),
  )
  await response.text()
  expect(response.headers.get('x-ratelimit-limit')).toBe('1200')
  expect(Number(response.headers.get('x-ratelimit-remaining'))).toBeLessThan(1200)
  expect(response.headers.get('x-github-media-type')).toBe('github.v3; format=json')
  expect(response.headers.get('x-github-request-id')).toMatch(/^[\da-f-]{36}$/)
})

test('answers 304 to who has it already, and tells nothing else', async () => {
  const first = await hub.ask(`${at}/issues/1`, { token: mara })
  await first.text()
  const etag = first.headers.get('etag')!
  const again = await hub.ask(`${at}/issues/1`, { token: mara, headers: { 'if-none-match': etag } })
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
})

test('takes a token of the hub in each way in which GitHub takes its own', async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  for (const authorization of [`token ${mara}`, basic(`mara:${mara}`), basic(`${mara}:x-oauth-basic`)]) {
    const response = await hub.ask(`${at}/labels`, { token: mara, headers: { authorization } })
    expect([response.status, ((await response.json()) as unknown[]).length > 0]).toEqual([200, true])
  }
})

test('refuses in GitHub’s words', async () => {
  const nobody = await hub.ask(at, { token: mara, headers: { authorization: '' } })
  expect([nobody.status, await nobody.json()]).toEqual([
    401,
    { message: 'Requires authentication', documentation_url: 'https://docs.github.com/rest', status: '401' },
  ])
  const wrong = await hub.ask(at, { token: 'cldcde_wrong' })
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { message: 'Bad credentials' }])
})

test('hands on what is not mirrored, with the person’s own rights and addresses of the hub', async () => {
  const sam = await hub.enter({ id: 6, ...personOf('sam-whitlock') }, { role: 'viewer' })
  const own = await hub.ask(`${at}/contents/README.md`, { token: mara })
  expect(own.headers.get('x-cldcde-answered-by')).toBe('github')
  expect(await own.json()).toMatchObject({ url: expect.stringContaining(`${hub.api}${at}/contents/`) })
  const foreign = await hub.ask('/repos/harborline/billing', { token: sam.token })
  expect([foreign.status, await foreign.json()]).toMatchObject([404, { message: 'Not Found' }])
})

test('writes in the person’s name, notes it in the audit, and shows it at once', async () => {
  const made = await hub.ask(`${at}/issues`, {
    ...{ method: 'POST', token: mara, headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ title: 'Made by a script' }),
  })
  const { number, url, user } = (await made.json()) as {
    number: number
    url: string
    user: { login: string }
  }
  expect([made.status, url, user.login]).toEqual([201, `${hub.api}${at}/issues/${number}`, 'mara-lindqvist'])
  const listed = await hub.ask(`${at}/issues?per_page=1`, { token: mara })
  expect(await listed.json()).toMatchObject([{ number }])
  const { entries } = { entries: await hub.hub.store.read.selectFrom('audit').selectAll().execute() }
  expect(entries.filter(({ action }) => action.startsWith('github_api'))).toMatchObject([
    { actor: 'mara-lindqvist', action: 'github_api.write', target: `POST ${at}/issues` },
  ])
})

test('lets a token that may only read change nothing, neither by REST nor by GraphQL', async () => {
  const reader = await hub.enter({ id: 1, ...personOf('mara-lindqvist') }, { scopes: ['read'], sync: false })
  const json = { 'content-type': 'application/json' }
  const write = await hub.ask(`${at}/issues`, {
    ...{ method: 'POST', token: reader.token, headers: json, body: '{"title":"No"}' },
  })
  expect([write.status, await write.json()]).toMatchObject([
    403,
    { message: expect.stringContaining('scope') },
  ])
  const graphql = `${hub.api.replace('/v3', '')}/graphql`
  for (const query of [
    'mutation { a }',
    '{ a } # "\nmutation b { c }',
    'query { a(b: "#") } mutation { d }',
  ]) {
    const refused = await hub.ask(graphql, {
      ...{ method: 'POST', token: reader.token, headers: json, body: JSON.stringify({ query }) },
    })
    expect([query, refused.status, await refused.json()]).toMatchObject([query, 403, {}])
  }
  // The words of a write that stand in a text or behind a comment's mark make none.
  for (const query of ['{ a(b: "mutation") }', 'query { a(b: """ a "mutation" """) } # subscription']) {
    const asked = await hub.ask(graphql, {
      ...{ method: 'POST', token: reader.token, headers: json, body: JSON.stringify({ query }) },
    })
    await asked.text()
    expect([query, asked.status, asked.headers.get('x-cldcde-answered-by')]).toEqual([query, 200, 'github'])
  }
})
