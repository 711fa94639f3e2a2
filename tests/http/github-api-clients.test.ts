import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { Octokit } from '@octokit/core'
import { paginateRest } from '@octokit/plugin-paginate-rest'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { freePort, type GithubApiHub, openGithubApiHub } from '../support/github-api-hub.ts'
import { startTlsInFront, type TlsInFront } from '../support/tls-in-front.ts'

// Clients that people have, pointed at the hub as at a GitHub Enterprise Server.

const run = promisify(execFile)
const repository = { owner: 'harborline', repo: 'tide-api' }
let local: LocalGithub
let hub: GithubApiHub
let tls: TlsInFront
let port: number
let token: string
/** How often the hub has asked GitHub for somebody. */
let asked = 0

beforeAll(async () => {
  await run('gh', ['--version']).catch(async () => {
    if (process.getuid?.() === 0) await run('apt-get', ['install', '-y', 'gh'], { timeout: 300_000 })
  })
  local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
  port = await freePort()
  hub = await openGithubApiHub(local, { publicUrl: `https://localhost:${port}` })
  tls = await startTlsInFront(port, () => hub.url)
  hub.hub.deps.events.on('github.answered', () => {
    asked += 1
  })
  const mara = local.people.find(({ login }) => login === 'mara-lindqvist')!
  ;({ token } = await hub.enter({ id: 1, login: mara.login, token: mara.token }))
  // What the survey of the repository did not tell, GitHub tells once.
  for (const path of ['', '/issues?state=all&per_page=100', '/pulls?state=all&per_page=100']) {
    await (await ask(`/repos/harborline/tide-api${path}`)).text()
  }
}, 400_000)
afterAll(async () => {
  await tls?.[Symbol.asyncDispose]()
  await hub?.[Symbol.asyncDispose]()
  await local?.close()
})
beforeEach(() => {
  asked = 0
})

const ask = (path: string) =>
  fetch(`${hub.url}/api/v3${path}`, { headers: { authorization: `Bearer ${token}` } })

describe('Octokit with paginate, retry and throttling', () => {
  const limited: number[] = []
  const client = () =>
    new (Octokit.plugin(paginateRest, retry, throttling))({
      // Its links lead to the hub's public address, of which this process does not know the certificate.
      baseUrl: `${hub.url}/api/v3`,
      request: {
        fetch: (url: string, init: RequestInit) =>
          fetch(url.replace(`https://localhost:${port}`, hub.url), init),
      },
      auth: token,
      log: { debug() {}, info() {}, warn() {}, error() {} },
      throttle: {
        onRateLimit: (seconds: number) => void limited.push(seconds),
        onSecondaryRateLimit: (seconds: number) => void limited.push(seconds),
      },
    })

  test('reads a list to its end from the mirror', async () => {
    const all = { ...repository, state: 'all', per_page: 5 } as const
    const issues = await client().paginate('GET /repos/{owner}/{repo}/issues', all)
    const stored = await hub.hub.store.read
      .selectFrom('repositories')
      .select(({ selectFrom }) => [
        selectFrom('issues')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .whereRef('repository_id', '=', 'repositories.id')
          .as('issues'),
        selectFrom('pull_requests')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .whereRef('repository_id', '=', 'repositories.id')
          .as('pulls'),
      ])
      .where('full_name', '=', 'harborline/tide-api')
      .executeTakeFirstOrThrow()
    expect(issues.length).toBe(Number(stored.issues) + Number(stored.pulls))
    expect(new Set(issues.map(({ number }) => number)).size).toBe(issues.length)
    expect(issues.length).toBeGreaterThan(5)
    expect(asked).toBe(0)
  })

  test('is told in GitHub’s way that nothing changed, and that something is not there', async () => {
    const octokit = client()
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
    const { headers } = await octokit.request(route, { ...repository, issue_number: 1 })
    const again = octokit.request(route, {
      ...{ ...repository, issue_number: 1, headers: { 'if-none-match': headers.etag } },
    })
    await expect(again).rejects.toMatchObject({ status: 304 })
    const absent = octokit.request('GET /repos/{owner}/{repo}', { owner: 'harborline', repo: 'no-such' })
    await expect(absent).rejects.toMatchObject({ status: 404, message: expect.stringMatching(/^Not Found/) })
    const { data } = await octokit.request('GET /rate_limit')
    expect(data.rate.limit).toBe(1200)
    expect(limited).toEqual([])
  })
})

describe('gh', () => {
  const gh = async (...words: string[]) => {
    const { stdout } = await run('gh', ['api', ...words], {
      env: {
        ...{ PATH: process.env.PATH, HOME: tmpdir(), GH_CONFIG_DIR: `${tls.certificate}.gh` },
        ...{ GH_HOST: `localhost:${port}`, GH_ENTERPRISE_TOKEN: token, SSL_CERT_FILE: tls.certificate },
        ...{ GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' },
      },
      timeout: 60_000,
    })
    return stdout
  }

  test('reads a list to its end from the mirror, and one thing', async () => {
    const path = 'repos/harborline/tide-api/pulls?state=all&per_page=3'
    const numbers = (await gh('--paginate', path, '--jq', '.[].number')).trim().split('\n')
    expect(numbers.length).toBeGreaterThan(3)
    expect(numbers.map(Number)).toEqual(numbers.map(Number).toSorted((a, b) => b - a))
    const { title } = JSON.parse(await gh('repos/harborline/tide-api/issues/1')) as { title: string }
    expect(title).toMatch(/./)
    expect(asked).toBe(0)
  })

  test('writes in the person’s name', async () => {
    const made = await gh('repos/harborline/tide-api/issues', '-f', 'title=Made by gh', '--jq', '.user.login')
    expect(made.trim()).toBe('mara-lindqvist')
  })
})
