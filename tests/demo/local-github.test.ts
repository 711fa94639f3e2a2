import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { ask, silent } from './hub-stand-in.ts'

const callback = 'http://127.0.0.1:3000/auth/github/callback'
let github: LocalGithub

beforeAll(async () => {
  github = await startLocalGithub({ callbackUrls: [callback], log: silent })
})
afterAll(() => github.close())

const tokenOf = (role: string) => github.people.find((person) => person.role === role)!.token
const get = (path: string, role = 'owner') => ask(`${github.apiUrl}${path}`, tokenOf(role))

// biome-ignore lint/suspicious/noExplicitAny: rows of every kind are looked into
async function all(path: string, role = 'owner'): Promise<any[]> {
  const items = []
  let next: string | undefined = `${github.apiUrl}${path}${path.includes('?') ? '&' : '?'}per_page=17`
  while (next) {
    const { body, headers } = await ask(next, tokenOf(role))
    items.push(...(Array.isArray(body) ? body : body.workflow_runs))
    next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  return items
}

/** Those that are no pull requests, which GitHub lists among them. */
async function issuesOf(path: string) {
  const both = await all(`${path}/issues?state=all`)
  return both.filter((item) => !item.pull_request)
}

async function ofEveryRepository(path: string) {
  const repositories = await all('/user/repos')
  const lists = await Promise.all(repositories.map(({ full_name }) => all(`/repos/${full_name}${path}`)))
  return lists.flat().filter((item) => !item.pull_request)
}

describe('the organisation', () => {
  test('has nine repositories, 40 pull requests and 120 issues in all states', async () => {
    const repositories = await all('/user/repos')
    const issues = await ofEveryRepository('/issues?state=all')
    const pulls = await ofEveryRepository('/pulls?state=all')
    expect(repositories).toHaveLength(9)
    expect(repositories.filter((repository) => repository.private)).toHaveLength(2)
    expect(new Set(repositories.map((repository) => repository.language)).size).toBeGreaterThan(6)
    expect(issues).toHaveLength(120)
    expect(new Set(issues.map((issue) => `${issue.state} ${issue.state_reason}`))).toEqual(
      new Set(['open null', 'open reopened', 'closed completed', 'closed not_planned']),
    )
    expect(pulls).toHaveLength(40)
    expect(new Set(pulls.map(({ state, draft, merged }) => `${state} ${draft} ${merged}`))).toEqual(
      new Set(['open false false', 'open true false', 'closed false true', 'closed false false']),
    )
    expect(pulls.filter((pull) => pull.requested_reviewers.length > 0).length).toBeGreaterThan(10)
    expect(new Set(issues.map((issue) => issue.title)).size).toBe(120)
  })

  test('lists all comments of a repository, page by page, and those since a time', async () => {
    const path = '/repos/harborline/berth-planner/issues/comments'
    const comments = await all(`${path}?sort=created&direction=asc`)
    const conversations = [
      ...(await issuesOf('/repos/harborline/berth-planner')),
      ...(await all('/repos/harborline/berth-planner/pulls?state=all')),
    ]
    expect(comments.length).toBe(conversations.reduce((sum, { comments }) => sum + comments, 0))
    expect(comments.length).toBeGreaterThan(17)
    const times = comments.map((comment) => comment.created_at)
    expect(times).toEqual([...times].sort())
    const later = await all(`${path}?since=${comments[20].updated_at}`)
    expect(later.length).toBe(
      comments.filter(({ updated_at }) => updated_at >= comments[20].updated_at).length,
    )
    expect(later.length).toBeLessThan(comments.length)
  })

  test('has a past: everything is dated in order, over weeks, and never in the future', async () => {
    const now = Date.now()
    const told = [
      ...(await ofEveryRepository('/issues?state=all')),
      ...(await ofEveryRepository('/pulls?state=all')),
    ]
    for (const { created_at, updated_at, closed_at, title } of told) {
      expect(Date.parse(created_at), title).toBeLessThanOrEqual(Date.parse(updated_at))
      expect(Date.parse(updated_at), title).toBeLessThanOrEqual(now)
      if (closed_at) expect(Date.parse(closed_at), title).toBeGreaterThan(Date.parse(created_at))
    }
    const weeks = new Set(told.map(({ created_at }) => Math.floor(Date.parse(created_at) / (7 * 86_400_000))))
    expect(weeks.size).toBeGreaterThan(5)
  })

  test('counts its comments and numbers its conversations without gap', async () => {
    const path = '/repos/harborline/berth-planner'
    const issues = await issuesOf(path)
    const pulls = await all(`${path}/pulls?state=all`)
    const numbers = [...issues, ...pulls].map(({ number }) => number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 35 }, (_, index) => index + 1))
    for (const { number, comments } of [...issues, ...pulls]) {
      expect(await all(`${path}/issues/${number}/comments`), `#${number}`).toHaveLength(comments)
    }
    const merged = pulls.find((pull) => pull.merged)
    const commit = await get(`${path}/commits/${merged.merge_commit_sha}`)
    expect(commit.body.commit.message).toBe(`${merged.title} (#${merged.number})`)
  })

  test('is real git: every commit changes something, and trees are named as git names them', async () => {
    const path = '/repos/harborline/tide-api'
    const commits = await all(`${path}/commits`)
    expect(commits.length).toBeGreaterThan(9)
    for (const commit of commits) {
      const { body } = await get(`${path}/commits/${commit.sha}`)
      expect(body.files.length, body.commit.message).toBeGreaterThan(0)
    }
    const folder = mkdtempSync(join(tmpdir(), 'demo-git-'))
    try {
      const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
      git('init', '--quiet')
      const { body } = await get(`${path}/git/trees/${commits[0].commit.tree.sha}?recursive=1`)
      for (const { path: file, sha } of body.tree.filter(
        (entry: { type: string }) => entry.type === 'blob',
      )) {
        const blob = await get(`${path}/git/blobs/${sha}`)
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), Buffer.from(blob.body.content, blob.body.encoding))
      }
      git('add', '--all')
      expect(git('write-tree')).toBe(commits[0].commit.tree.sha)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('has Actions runs with jobs: succeeded, failed, cancelled and under way', async () => {
    const runs = await ofEveryRepository('/actions/runs')
    const ends = new Set(runs.map((run) => run.conclusion ?? run.status))
    expect(runs.length).toBeGreaterThan(60)
    expect(ends).toContain('success')
    expect(ends).toContain('failure')
    expect(ends).toContain('cancelled')
    expect([...ends].some((end) => end === 'in_progress' || end === 'queued')).toBe(true)
    const failed = runs.find((run) => run.conclusion === 'failure')
    const { body } = await get(`/repos/${failed.repository.full_name}/actions/runs/${failed.id}/jobs`)
    const broken = body.jobs.find((job: { conclusion: string }) => job.conclusion === 'failure')
    expect(broken.steps.map((step: { conclusion: string }) => step.conclusion)).toContain('failure')
  })
})

describe('rights', () => {
  test('a private repository is not there for the outsider', async () => {
    const own = await all('/user/repos', 'outsider')
    expect(own.map((repository) => repository.name)).toEqual(['design-system', 'docs', 'tide-api'])
    for (const path of ['', '/issues', '/commits', '/pulls', '/actions/runs', '/contents/README.md']) {
      expect((await get(`/repos/harborline/billing${path}`, 'outsider')).status, path).toBe(404)
      expect((await get(`/repos/harborline/billing${path}`, 'reader')).status, path).toBe(200)
    }
    expect((await get('/repos/harborline/billing', 'member')).status).toBe(404)
  })

  test('permissions are those of the person', async () => {
    const permissions = async (role: string) =>
      (await get('/repos/harborline/pilot-app', role)).body.permissions
    expect(await permissions('owner')).toMatchObject({ admin: true, push: true, pull: true })
    expect(await permissions('member')).toMatchObject({ admin: false, push: true, pull: true })
    expect(await permissions('reader')).toMatchObject({
      admin: false,
      push: false,
      triage: false,
      pull: true,
    })
  })

  test('a reader may comment but neither close nor merge nor push', async () => {
    const path = `${github.apiUrl}/repos/harborline/pilot-app`
    const as = (method: string, rest: string, body: object) =>
      ask(`${path}${rest}`, tokenOf('reader'), { method, body: JSON.stringify(body) })
    const { number } = (await all('/repos/harborline/pilot-app/issues'))[0]
    const pull = (await all('/repos/harborline/pilot-app/pulls'))[0]
    expect((await as('POST', `/issues/${number}/comments`, { body: 'Seen here too.' })).status).toBe(201)
    expect((await as('PATCH', `/issues/${number}`, { state: 'closed' })).status).toBe(403)
    expect((await as('PUT', `/pulls/${pull.number}/merge`, {})).status).toBe(403)
    expect((await as('PUT', '/contents/x.md', { message: 'x', content: 'eA==' })).status).toBe(403)
  })

  test('an unknown token is refused, and nobody else may sign in than the people', async () => {
    expect((await ask(`${github.apiUrl}/user`, 'ghp_forged')).status).toBe(401)
    const page = await ask(`${github.url}/login/oauth/authorize?client_id=${github.clientId}`, '')
    const logins = [...page.body.matchAll(/name="login" value="([^"]+)"/g)].map((match) => match[1])
    expect(logins).toEqual(github.people.map((person) => person.login).sort())
  })
})

test('files and commits of a pull request are those since its head left the base, whatever came to the base since', async () => {
  const path = `${github.apiUrl}/repos/harborline/pilot-app`
  const send = (method: string, rest: string, body: object) =>
    ask(`${path}${rest}`, tokenOf('owner'), { method, body: JSON.stringify(body) })
  const write = (file: string, branch: string) =>
    send('PUT', `/contents/${file}`, { message: file, content: 'eA==', branch })
  const { sha } = (await ask(`${path}/git/ref/heads/main`, tokenOf('owner'))).body.object
  await send('POST', '/git/refs', { ref: 'refs/heads/apart', sha })
  await write('MEANWHILE.md', 'main')
  await write('apart.md', 'apart')
  const { number } = (await send('POST', '/pulls', { title: 'Apart', head: 'apart', base: 'main' })).body
  await write('AFTERWARDS.md', 'main')
  const { body: commits } = await ask(`${path}/pulls/${number}/commits`, tokenOf('owner'))
  expect(commits).toMatchObject([{ commit: { message: 'apart.md' } }])
  const { body: files } = await ask(`${path}/pulls/${number}/files`, tokenOf('owner'))
  expect(files).toMatchObject([{ filename: 'apart.md', status: 'added' }])
})

describe('sign-in', () => {
  const choose = (login: string, redirect_uri: string) =>
    fetch(`${github.url}/login/oauth/callback`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        login,
        redirect_uri,
        state: 'st',
        scope: 'repo',
        client_id: github.clientId,
      }),
    })

  test('gives a token of the person who was chosen', async () => {
    const chosen = await choose('elif-demir', callback)
    const back = new URL(chosen.headers.get('location')!)
    expect(back.searchParams.get('state')).toBe('st')
    const exchange = (client_secret: string) =>
      ask(`${github.url}/login/oauth/access_token`, '', {
        method: 'POST',
        body: JSON.stringify({
          client_id: github.clientId,
          client_secret,
          code: back.searchParams.get('code'),
        }),
      })
    expect((await exchange('wrong')).body.error).toBe('incorrect_client_credentials')
    const { body } = await exchange(github.clientSecret)
    const me = await ask(`${github.apiUrl}/user`, body.access_token)
    expect(me.body).toMatchObject({ login: 'elif-demir', name: 'Elif Demir' })
    expect(me.headers.get('x-oauth-scopes')).toBe('repo')
    expect((await exchange(github.clientSecret)).body.error).toBe('bad_verification_code')
  })

  test('exchanges a code that was asked for with a challenge only for its verifier', async () => {
    // the example of RFC 7636, appendix B
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const asked = `client_id=${github.clientId}&state=st&code_challenge=${challenge}&code_challenge_method=S256`
    await ask(`${github.url}/login/oauth/authorize?${asked}`, '')
    const back = new URL((await choose('priya-raman', callback)).headers.get('location')!)
    const exchange = (code_verifier?: string) =>
      ask(`${github.url}/login/oauth/access_token`, '', {
        method: 'POST',
        body: JSON.stringify({
          client_id: github.clientId,
          client_secret: github.clientSecret,
          code: back.searchParams.get('code'),
          code_verifier,
        }),
      })
    expect((await exchange()).body.error).toBe('bad_verification_code')
    expect((await exchange('another verifier')).body.error).toBe('bad_verification_code')
    expect((await exchange(verifier)).body.access_token).toMatch(/^gho_/)
  })

  test('asks nothing when the address suggests one of the people, and asks as ever when it does not', async () => {
    const authorize = (more: Record<string, string>) => {
      const query = new URLSearchParams({
        client_id: github.clientId,
        redirect_uri: callback,
        state: 'suggested',
        ...more,
      })
      return fetch(`${github.url}/login/oauth/authorize?${query}`, { redirect: 'manual' })
    }
    const chosen = await authorize({ login: 'elif-demir', scope: 'repo' })
    expect(chosen.status).toBe(302)
    const back = new URL(chosen.headers.get('location')!)
    expect(`${back.origin}${back.pathname}`).toBe(callback)
    expect(back.searchParams.get('state')).toBe('suggested')
    const { body } = await ask(`${github.url}/login/oauth/access_token`, '', {
      method: 'POST',
      body: JSON.stringify({
        client_id: github.clientId,
        client_secret: github.clientSecret,
        code: back.searchParams.get('code'),
      }),
    })
    expect((await ask(`${github.apiUrl}/user`, body.access_token)).body.login).toBe('elif-demir')

    for (const more of [{}, { login: 'nobody-here' }]) {
      const page = await authorize(more as Record<string, string>)
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('elif-demir')])
    }
    const elsewhere = { login: 'elif-demir', redirect_uri: 'https://evil.example/' }
    expect((await authorize(elsewhere)).status).toBe(400)
    expect((await authorize({ login: 'elif-demir', client_id: 'another' })).status).toBe(400)
  })

  test('returns to no address that was not named', async () => {
    const page = (redirect: string) =>
      ask(
        `${github.url}/login/oauth/authorize?client_id=${github.clientId}&redirect_uri=${encodeURIComponent(redirect)}`,
        '',
      )
    expect((await page(callback)).status).toBe(200)
    expect((await page('http://127.0.0.1:3000/elsewhere')).status).toBe(400)
  })
})

test('listens on loopback only and draws its avatars itself', async () => {
  const sockets = execFileSync(
    process.execPath,
    ['-e', listeningAddresses, String(new URL(github.apiUrl).port)],
    {
      encoding: 'utf8',
    },
  )
  expect(sockets.trim()).toBe('0100007F')
  const avatar = await ask(github.people[0]!.avatar_url, '')
  expect(avatar.headers.get('content-type')).toBe('image/svg+xml')
  expect(avatar.body).toContain('>ML</text>')
})

/** Prints the local addresses on which the port is listened to, as Linux lists them. */
const listeningAddresses = `
  const port = Number(process.argv[1]).toString(16).toUpperCase().padStart(4, '0')
  const lines = ['tcp', 'tcp6'].flatMap((table) => require('fs').readFileSync('/proc/net/' + table, 'utf8').split('\\n'))
  const open = lines.map((line) => line.trim().split(/\\s+/)).filter(([, at, , state]) => state === '0A' && at?.endsWith(':' + port))
  console.log(open.map(([, at]) => at.split(':')[0]).join())
`
