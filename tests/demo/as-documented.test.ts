import { describe, expect, it } from 'vitest'
import { startLocalGithub } from '../../demo/local-github.ts'
import { registerWebhooks } from '../../demo/register-webhooks.ts'
import { readRoutes } from '../../scripts/github-answers.ts'
import { happen } from '../model/acts/history.ts'
import { answer } from '../model/answer.ts'
import { randomOf } from '../model/random.ts'
import { createRepository, createWorld } from '../model/world.ts'
import { missing, routeOf, unfit } from '../support/documented.ts'
import { plantFull } from '../support/full-repository.ts'
import { startGithubServer } from '../support/github-server.ts'
import { type Ask, readAddresses } from '../support/read-addresses.ts'
import { silent } from './hub-stand-in.ts'

/**
 * What GitHub documents to be there and no answer here has, with the reason. All else that is there has to fit, and all
 * else that GitHub always tells has to be there.
 */
const unsaid: { fields: RegExp; why: string }[] = [
  { fields: /\/(\w+_)?url$|\/_links$/, why: 'the hub follows no address of an answer but `html_url`' },
  { fields: /\/(node_id|gravatar_id|site_admin|type)$/, why: 'the hub shows nothing of it' },
  {
    fields:
      /^\/(bio|blog|company|email|followers|following|hireable|location|name|public_\w+|created_at|updated_at)$/,
    why: 'of the profile the hub reads who it is',
  },
  {
    fields:
      /^\/(collaborators|disk_usage|owned_private_repos|private_gists|total_private_repos|two_factor\w+)$/,
    why: 'of the profile the hub reads who it is',
  },
  { fields: /\/(network_count|subscribers_count)$/, why: 'not mirrored' },
  {
    fields: /^\/#\/(tool|parent|committer|dismissed_\w+|fixed_at|security_\w+)/,
    why: 'what an alert, a team or a commit tells beside is not mirrored',
  },
  {
    fields: /^\/#\/(assignee|closed_at|comments|labels|locked|milestone|user)$/,
    why: 'of a part of an issue the hub shows which it is and whether it is done',
  },
  { fields: /\/app\/\w+$|\/external_id$/, why: 'of an app the hub shows its name' },
  { fields: /\/commit\/(comment_count|tree)$/, why: 'not mirrored' },
  { fields: /\/(author|assignees\/#|#)\/id$/, why: 'people are known by their login' },
  {
    fields: /\/(head_repository|display_title|path|workflow_name|head_branch|created_at|auto_merge|default)$/,
    why: 'servers of enterprises that are older leave it out',
  },
]

/** What GitHub documents and does not hold itself to, and what is read alike. */
const unfitting: { what: RegExp; why: string }[] = [
  {
    what: /\/jobs\/#\/started_at must be string$/,
    why: 'of a job that waits GitHub tells when it was made; the local GitHub tells nothing',
  },
  {
    what: /\/labels\/#\/description must be string$/,
    why: 'a label without a description has null, as its own list documents and api.github.com answers',
  },
  {
    what: /\/(in_reply_to_id must be integer|check_suite_id must be integer)$/,
    why: 'the package `emulate` writes null where GitHub leaves the field out, which is read alike',
  },
]

/** Holds every answer to GitHub's description; returns the routes with something on them. */
function hold(answers: ReadonlyMap<string, unknown>): Set<string> {
  const differences = new Set<string>()
  const filled = new Set<string>()
  for (const [path, body] of answers) {
    const route = routeOf(path)
    if (!route) throw new Error(`${path} is not among the routes that the hub reads`)
    const list = Array.isArray(body) ? body : (Object.values(body as object).find(Array.isArray) ?? [body])
    if (list.length > 0) filled.add(route)
    const wrong = unfit(route, body).filter((one) => !unfitting.some(({ what }) => what.test(one)))
    const lacks = missing(route, body).filter((one) => !unsaid.some(({ fields }) => fields.test(one)))
    for (const one of [...wrong, ...lacks.map((field) => `${field} is missing`)])
      differences.add(`${route} ${one}`)
  }
  expect([...differences].sort()).toEqual([])
  return filled
}

const below = (path: string) => `/repos/{owner}/{repo}/${path}`

describe('as GitHub documents them', () => {
  it('the local GitHub answers', async () => {
    const local = await startLocalGithub({ callbackUrls: [], log: silent, pace: 0.05 })
    try {
      const { token } = local.people.find(({ role }) => role === 'owner')!
      const ask: Ask = async (path) => {
        const said = await fetch(`${local.apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } })
        return said.ok ? await said.json() : undefined
      }
      const repositories = (await ask('/user/repos?per_page=100')) as { full_name: string }[]
      const url = 'http://127.0.0.1:9/webhooks/github'
      await registerWebhooks({ apiUrl: local.apiUrl, token, url, secret: 'a secret', log: silent })
      // All is asked first: to hold answers to their schemas takes longer than a connection is kept open.
      const answers: Map<string, unknown>[] = []
      for (const { full_name } of repositories) answers.push(await readAddresses(ask, full_name))
      const filled = new Set(answers.flatMap((of) => [...hold(of)]))
      const without = [
        ...['issues/{issue_number}/dependencies/blocked_by', 'issues/{issue_number}/dependencies/blocking'],
        ...['rulesets', 'secret-scanning/alerts'],
      ]
      expect(readRoutes.filter((route) => !filled.has(route)).sort()).toEqual(without.map(below))
    } finally {
      await local.close()
    }
  })

  it('the GitHub of the tests answers', async () => {
    await using github = await startGithubServer()
    github.people.set('mona', { id: 1, login: 'mona' })
    github.repositories.push(plantFull(1, 'full', { mona: 'admin' }))
    hold(
      await readAddresses(async (path) => {
        const said = await fetch(`${github.url}${path}`, { headers: { authorization: 'Bearer mona' } })
        return said.ok ? await said.json() : undefined
      }, 'acme/full'),
    )
  })

  it('the GitHub of the histories answers, whatever happened', async () => {
    const filled = new Set<string>()
    for (let seed = 1; seed <= 8; seed++) {
      const world = createWorld(seed, Date.UTC(2026, 5, 1))
      const repository = createRepository(world, { name: 'hello', owner: world.owners[0]! })
      repository.hook = world.nextId()
      const random = randomOf(seed)
      for (let acts = 0; acts < 200; acts++) {
        world.clock += 1000
        happen(world, random, 'told')
      }
      for (const { repository: _, ...sent } of world.outbox) repository.sent.push(sent)
      const headers = { authorization: `Bearer ${world.token}` }
      const ask: Ask = async (path) => {
        const said = answer(world, { method: 'GET', url: new URL(path, 'https://github.example'), headers })
        return said.status === 200 ? JSON.parse(said.body) : undefined
      }
      for (const route of hold(await readAddresses(ask, `${repository.owner.login}/${repository.name}`)))
        filled.add(route)
    }
    expect(filled.size).toBeGreaterThan(20)
  })
})
