import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleOfAnswer, faultsOf } from '../support/documented.ts'
import { type GithubApiHub, openGithubApiHub } from '../support/github-api-hub.ts'
import { type GithubServer, plantRepository, send, startGithubServer } from '../support/github-server.ts'

// GitHub's own examples of its answers, mirrored and answered again: the same, and as GitHub describes them.

type Json = Record<string, unknown>

const fullName = 'octocat/Hello-World'
const inRepository = '/repos/{owner}/{repo}'
const head = '6dcb09b5b57875f334f61aebed695e2e4193db5e'
type Planted = Json & { id: number; name: string }

let github: GithubServer
let hub: GithubApiHub
let token: string

const example = (route: string) =>
  exampleOfAnswer(`${inRepository}${route}`, { api: github.url, fullName }) as Json & Json[]

beforeAll(async () => {
  github = await startGithubServer()
  github.people.set('gho_mara', { id: 1, login: 'mara' })
  // As the example is for somebody who may write to it.
  const permissions = { admin: false, maintain: false, push: true, triage: true, pull: true }
  const open = { open_issues: 2, open_issues_count: 2 }
  // A token for the person who asks is none for the mirror.
  const { temp_clone_token: _, ...shown } = example('')
  const whole = { ...shown, language: null, ...open, permissions } as unknown as Planted
  const planted = plantRepository({ ...whole, owner: 'octocat' }, { gho_mara: 'push' })
  Object.assign(planted.repository, whole)
  const pulls = example('/pulls').map((pull) => ({ ...pull, head: { ...(pull.head as Json), sha: head } }))
  Object.assign(planted, {
    pulls,
    // The same shape as a pull request, which GitHub lists among them, and as an issue.
    issues: example('/issues').flatMap(({ pull_request, ...issue }) => [
      { ...issue, ...sharedOf(pulls[0]!), pull_request },
      { ...issue, id: 12, number: 12, url: `${issue.repository_url}/issues/12` },
    ]),
    comments: [example('/issues/comments/{comment_id}')],
    labels: example('/labels'),
    milestones: example('/milestones'),
    branches: example('/branches').map(({ name, commit, protected: is }) => ({
      name,
      commit,
      protected: is,
    })),
    workflows: example('/actions/workflows').workflows,
    runs: [example('/actions/runs/{run_id}')],
    reviews: new Map([[1347, example('/pulls/{pull_number}/reviews')]]),
  })
  planted.others.set('pulls/comments', example('/pulls/comments'))
  planted.others.set('deployments', example('/deployments'))
  const { check_runs } = example('/commits/{ref}/check-runs') as unknown as { check_runs: Json[] }
  planted.others.set(
    `commits/${head}/check-runs`,
    check_runs.map((run) => ({ ...run, head_sha: head })),
  )
  planted.others.set(`commits/${head}/statuses`, example('/commits/{ref}/statuses'))
  github.repositories.push(planted)
  alone('', whole)
  hub = await openGithubApiHub({ url: github.url, apiUrl: github.url })
  ;({ token } = await hub.enter({ id: 1, login: 'mara', token: 'gho_mara' }))
}, 120_000)
afterAll(async () => {
  await hub?.[Symbol.asyncDispose]()
  await github?.[Symbol.asyncDispose]()
})

/** Lets GitHub answer what is asked for by itself. */
function alone(path: string, body: unknown): void {
  github.instead(new RegExp(`^GET /repos/${fullName}${path} `), (_, response) => send(response, 200, body))
}

const sharedOf = ({
  title,
  body,
  state,
  html_url,
  node_id,
  created_at,
  updated_at,
  closed_at,
  draft,
}: Json) => ({
  ...{ title, body, state, html_url, node_id, created_at, updated_at, closed_at, draft },
})

async function read(path: string) {
  const response = await hub.ask(`/repos/${fullName}${path}`, { token })
  const body = (await response.json()) as Json
  return { by: response.headers.get('x-cldcde-answered-by'), status: response.status, body }
}

/** With the addresses of GitHub's API as the hub's; those of its pages stay. */
function there(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, item) =>
    typeof item === 'string' && name !== 'html_url' ? item.replace(`${github.url}/`, `${hub.api}/`) : item,
  )
}

/** Some show their repository within: as it is now, where the examples have an older one. */
function withoutRepository(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (name, item) =>
    ['repo', 'repository', 'head_repository'].includes(name) ? undefined : item,
  )
}

/** Some of GitHub's examples are not as it describes them, either. */
function expectAsDescribed(route: string, body: unknown, theirs: unknown): void {
  expect(faultsOf(`${inRepository}${route}`, body)).toEqual(faultsOf(`${inRepository}${route}`, theirs))
}

const lists = [
  ['/issues?state=all', '/issues'],
  ['/issues/comments', '/issues/comments'],
  ['/labels', '/labels'],
  ['/milestones?state=all', '/milestones'],
  ['/pulls?state=all', '/pulls'],
  ['/pulls?base=master', '/pulls'],
  ['/pulls/1347/reviews', '/pulls/{pull_number}/reviews'],
  ['/pulls/comments', '/pulls/comments'],
  ['/branches', '/branches'],
  [`/commits/${head}/check-runs`, '/commits/{ref}/check-runs'],
  [`/commits/${head}/statuses`, '/commits/{ref}/statuses'],
  ['/actions/workflows', '/actions/workflows'],
  ['/actions/runs', '/actions/runs'],
  ['/deployments', '/deployments'],
] as const

test.each(lists)('lists %s as GitHub describes it', async (path, route) => {
  // The repository was told whole once.
  await read('')
  const { by, status, body } = await read(path)
  expect([by, status]).toEqual(['mirror', 200])
  const response = await fetch(`${github.url}/repos/${fullName}${path}`, {
    headers: { authorization: 'Bearer gho_mara' },
  })
  const theirs = there(await response.json())
  expect(withoutRepository(body)).toEqual(withoutRepository(theirs))
  expectAsDescribed(route, body, theirs)
})

const narrowed = [
  ['/issues', 'state=open', 'state=closed'],
  ['/issues/comments', 'since=2011-04-14T16:00:49Z', 'since=2011-04-14T16:00:50Z'],
  ['/milestones', 'state=open', 'state=closed'],
  ['/pulls', 'state=open', 'state=closed'],
  ['/pulls', 'base=master', 'base=elsewhere'],
  ['/pulls/comments', 'since=2011-04-14T16:00:49Z', 'since=2011-04-14T16:00:50Z'],
  ['/branches', 'protected=true', 'protected=false'],
  ['/actions/runs', 'branch=main', 'branch=elsewhere'],
  ['/actions/runs', 'event=push', 'event=schedule'],
  ['/actions/runs', 'status=queued', 'status=success'],
  ['/actions/runs', 'head_sha=acb5820ced9479c074f688cc328bf03f341a511d', `head_sha=${head}`],
  ['/deployments', 'environment=production', 'environment=elsewhere'],
  ['/deployments', 'ref=topic-branch', 'ref=elsewhere'],
] as const

test.each(narrowed)('lists of %s by %s what there is, and by %s nothing', async (path, fits, other) => {
  await read('')
  const [found, none] = [await read(`${path}?${fits}`), await read(`${path}?${other}`)]
  const itemsOf = ({ body }: typeof found) => [body, ...Object.values(body)].find(Array.isArray)
  expect([found.by, none.by]).toEqual(['mirror', 'mirror'])
  expect(itemsOf(found)).not.toEqual([])
  expect([itemsOf(none), none.body.total_count ?? 0]).toEqual([[], 0])
})

const singles: [path: string, route: string, more?: Json][] = [
  ['/pulls/1347', '/pulls/{pull_number}', { state: 'closed', number: 1347 }],
  ['/pulls/1347/reviews/80', '/pulls/{pull_number}/reviews/{review_id}'],
  ['/pulls/comments/10', '/pulls/comments/{comment_id}'],
  ['/issues/comments/1', '/issues/comments/{comment_id}'],
  ['/labels/bug', '/labels/{name}'],
  ['/milestones/1', '/milestones/{milestone_number}'],
  ['/check-runs/4', '/check-runs/{check_run_id}', { head_sha: head }],
  ['/actions/workflows/161335', '/actions/workflows/{workflow_id}'],
  ['/actions/runs/30433642', '/actions/runs/{run_id}'],
  ['/actions/jobs/399444496', '/actions/jobs/{job_id}'],
  ['/deployments/1', '/deployments/{deployment_id}'],
  ['/releases/1', '/releases/{release_id}'],
  ['/releases/tags/v1.0.0', '/releases/tags/{tag}'],
]

test('answers a repository as GitHub describes it', async () => {
  await read('')
  const { by, status, body } = await read('')
  expect([by, status]).toEqual(['mirror', 200])
  const told = await (
    await fetch(`${github.url}/repos/${fullName}`, { headers: { authorization: 'Bearer gho_mara' } })
  ).json()
  expect(body).toEqual(there(told))
  expectAsDescribed('', body, told)
})

test.each(singles)('answers %s as GitHub describes it', async (path, route, more = {}) => {
  await read('')
  const told = { ...example(route), ...more }
  alone(path, told)
  // What no list told, GitHub's first answer does.
  await read(path)
  const { by, status, body } = await read(path)
  expect([by, status]).toEqual(['mirror', 200])
  expect(withoutRepository(body)).toEqual(withoutRepository(there(told)))
  expectAsDescribed(route, body, told)
})
