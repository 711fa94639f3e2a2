/**
 * Takes out of two packages of Octokit (MIT) what tests hold the project to: of GitHub's OpenAPI description what it says
 * of the answers that the hub reads and gives, as JSON Schema, with its examples of the latter; and of the recorded answers
 * of api.github.com those that it mirrors. The first weighs 385 MB, and the second brings a server of its own; so they are
 * fetched for this alone, by npm into a folder that can go afterwards:
 *
 *     node bin/run.js scripts/github-answers.ts /tmp/octokit
 *     npx biome format --write tests/support
 */
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = ['@octokit/openapi@23.0.2', '@octokit/fixtures@23.1.2']

/** What the hub reads, as GitHub's description names it. */
export const readRoutes = [
  '/user',
  '/user/repos',
  '/repos/{owner}/{repo}',
  '/repos/{owner}/{repo}/actions/runs',
  '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
  '/repos/{owner}/{repo}/actions/runs/{run_id}/jobs',
  '/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
  '/repos/{owner}/{repo}/actions/workflows',
  '/repos/{owner}/{repo}/assignees',
  '/repos/{owner}/{repo}/branches',
  '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
  '/repos/{owner}/{repo}/code-scanning/alerts',
  '/repos/{owner}/{repo}/collaborators',
  '/repos/{owner}/{repo}/commits',
  '/repos/{owner}/{repo}/commits/{ref}/check-runs',
  '/repos/{owner}/{repo}/commits/{ref}/statuses',
  '/repos/{owner}/{repo}/dependabot/alerts',
  '/repos/{owner}/{repo}/deployments',
  '/repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  '/repos/{owner}/{repo}/environments',
  '/repos/{owner}/{repo}/hooks',
  '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries',
  '/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}',
  '/repos/{owner}/{repo}/issues',
  '/repos/{owner}/{repo}/issues/comments',
  '/repos/{owner}/{repo}/issues/{issue_number}',
  '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by',
  '/repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocking',
  '/repos/{owner}/{repo}/issues/{issue_number}/sub_issues',
  '/repos/{owner}/{repo}/issues/{issue_number}/timeline',
  '/repos/{owner}/{repo}/labels',
  '/repos/{owner}/{repo}/milestones',
  '/repos/{owner}/{repo}/pulls',
  '/repos/{owner}/{repo}/pulls/comments',
  '/repos/{owner}/{repo}/pulls/{pull_number}',
  '/repos/{owner}/{repo}/pulls/{pull_number}/commits',
  '/repos/{owner}/{repo}/pulls/{pull_number}/files',
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  '/repos/{owner}/{repo}/releases',
  '/repos/{owner}/{repo}/rulesets',
  '/repos/{owner}/{repo}/secret-scanning/alerts',
  '/repos/{owner}/{repo}/tags',
  '/repos/{owner}/{repo}/teams',
]

/** Of what `/api/v3` answers from the mirror, that whose examples go through it. */
const servedRoutes = [
  '',
  '/actions/jobs/{job_id}',
  '/actions/runs',
  '/actions/runs/{run_id}',
  '/actions/workflows',
  '/actions/workflows/{workflow_id}',
  '/branches',
  '/check-runs/{check_run_id}',
  '/commits/{ref}/check-runs',
  '/commits/{ref}/statuses',
  '/deployments',
  '/deployments/{deployment_id}',
  '/issues',
  '/issues/comments',
  '/issues/comments/{comment_id}',
  '/labels',
  '/labels/{name}',
  '/milestones',
  '/milestones/{milestone_number}',
  '/pulls',
  '/pulls/comments',
  '/pulls/comments/{comment_id}',
  '/pulls/{pull_number}',
  '/pulls/{pull_number}/reviews',
  '/pulls/{pull_number}/reviews/{review_id}',
  '/releases/tags/{tag}',
  '/releases/{release_id}',
].map((path) => `/repos/{owner}/{repo}${path}`)

type Json = Record<string, unknown>

interface Description {
  paths: Record<string, { get: { responses: Record<string, unknown> } }>
}
interface Answer {
  $ref?: string
  content?: { 'application/json': { schema: unknown; examples?: Record<string, { $ref: string }> } }
}

/** What does not say what fits. */
const words = new Set([
  'description',
  'example',
  'examples',
  'title',
  'deprecated',
  'readOnly',
  'default',
  'discriminator',
])

/** The schemas of those routes, each of what they hold once, and an example of each answer that is served. */
export function extract(description: Description): { paths: Json; definitions: Json; examples: Json } {
  const definitions: Json = {}
  const at = (place: string) =>
    place
      .split('/')
      .slice(1)
      .reduce<unknown>((value, key) => (value as Json)[key], description)

  function take(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(take)
    if (typeof value !== 'object' || value === null) return value
    const { $ref, nullable, ...rest } = value as Json & { $ref?: string }
    if ($ref) {
      const name = $ref.split('/').at(-1) as string
      if (!(name in definitions)) {
        definitions[name] = {}
        definitions[name] = take(at($ref))
      }
      return { $ref: `#/definitions/${name}` }
    }
    const schema: Json = {}
    for (const [key, inner] of Object.entries(rest)) {
      if (key === 'properties') {
        const fields = Object.entries(inner as Json).map(([name, field]) => [name, take(field)])
        schema.properties = Object.fromEntries(fields)
      } else if (key === 'enum' || key === 'required') schema[key] = inner
      // Of formats, only how a time is written is checked.
      else if (key === 'format' ? inner === 'date-time' : !words.has(key) && !key.startsWith('x-'))
        schema[key] = take(inner)
    }
    return nullable ? { if: { type: 'null' }, else: schema } : schema
  }

  const answerTo = (route: string) => {
    const answer = description.paths[route]!.get.responses['200'] as Answer
    return (answer.$ref ? (at(answer.$ref) as Answer) : answer).content?.['application/json']
  }
  const routes = [...new Set([...readRoutes, ...servedRoutes])]
  const paths = Object.fromEntries(routes.map((route) => [route, take(answerTo(route)?.schema)]))
  const examples = servedRoutes.map((route) => {
    const [first] = Object.values(answerTo(route)?.examples ?? {})
    return [route, (at(first!.$ref) as { value: unknown }).value]
  })
  return { paths, definitions, examples: Object.fromEntries(examples) }
}

/** What was recorded of each kind, by the address that gave it. */
const recordedKinds = [
  { kind: 'repository', method: 'get', path: /^\/(repos\/[^/]+\/[^/]+|repositories\/\d+)$/ },
  { kind: 'repository', method: 'post', path: /^\/orgs\/[^/]+\/repos$/ },
  { kind: 'collaborator', method: 'get', path: /\/collaborators$/ },
  { kind: 'commit_status', method: 'get', path: /\/statuses$/ },
  { kind: 'label', method: 'get', path: /\/labels$/ },
  { kind: 'issue', method: 'get', path: /\/issues\?/ },
  { kind: 'issue', method: 'post', path: /\/issues$/ },
  { kind: 'release', method: 'get', path: /\/releases\/tags\// },
]

interface Recorded {
  method: string
  path: string
  status: number
  response: unknown
}

/** GitHub's own answers to requests that somebody made, by kind. */
export function collect(recorded: readonly Recorded[]): Record<string, unknown[]> {
  const found: Record<string, unknown[]> = {}
  for (const { method, path, status, response } of recorded) {
    const known = recordedKinds.find((one) => one.method === method && one.path.test(path))
    if (!known || status >= 300) continue
    const { items = response } = response as { items?: unknown }
    found[known.kind] ??= []
    found[known.kind]!.push(...[items].flat())
  }
  return found
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2]
  if (!folder) throw new Error(`Say which folder npm may put ${packages.join(' and ')} into`)
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund']
  execFileSync('npm', ['install', '--prefix', folder, ...quietly, ...packages], { stdio: 'inherit' })
  const octokit = join(folder, 'node_modules/@octokit')
  const read = (path: string) => JSON.parse(readFileSync(join(octokit, path), 'utf8')) as unknown
  const write = (name: string, value: unknown) =>
    writeFileSync(new URL(`../tests/support/${name}.json`, import.meta.url), `${JSON.stringify(value)}\n`)
  write('github-openapi', extract(read('openapi/generated/api.github.com.json') as Description))
  const files = globSync('fixtures/scenarios/api.github.com/*/raw-fixture.json', { cwd: octokit }).sort()
  write('github-recorded', collect(files.flatMap((file) => read(file) as Recorded[])))
}
