import { Octokit } from '@octokit/core'
import { createPhrases, type Verdict } from './activity-phrases.ts'
import type { DemoPerson } from './local-github.ts'
import { organisation, people as profiles, rightOf } from './people.ts'
import { pick, type Random } from './random.ts'
import { quiet } from './register-webhooks.ts'

/** One thing that somebody does, and where: what the log says about it. */
export interface Deed {
  act: string
  login: string
  repository: string
  number?: number
}

/** Does one thing; null when there was nothing to do, such as no open pull request to merge. */
export type Act = () => Promise<Deed | null>

const owner = organisation.login

/**
 * What people do all day, each through GitHub's REST API with a token of their own, and only what they may do. They
 * look before they act: nothing is remembered between two acts, so that a restart changes nothing.
 */
export function createActs(apiUrl: string, people: DemoPerson[], random: Random): Record<string, Act> {
  const phrases = createPhrases(random)
  const clients = new Map(
    people.map(({ login, token }) => [login, new Octokit({ baseUrl: apiUrl, auth: token, log: quiet })]),
  )

  /** Somebody who may do this, and where. The larger repositories see more. */
  function choose(needed: 'read' | 'triage' | 'write') {
    const levels = { read: 0, triage: 1, write: 2 }
    const ranks = ['pull', 'triage', 'push', 'maintain', 'admin']
    const repo = pick(random, busy)
    const able = profiles.filter((person) => {
      const right = rightOf(person, repo)
      return right !== null && ranks.indexOf(right) >= levels[needed] && clients.has(person.login)
    })
    const { login } = pick(random, able)
    return { repo, login, github: clients.get(login)! }
  }

  /** Of these people, who always say more than a title: what somebody tries in a hurry is left alone. */
  async function openIssues(github: Octokit, repo: string) {
    const { data } = await github.request('GET /repos/{owner}/{repo}/issues', { owner, repo, per_page: 30 })
    return data.filter(({ body, pull_request }) => body && !pull_request)
  }

  /** Of these people, whose branches all say what they are for: `fix/gauge`. What somebody else tries is left alone. */
  async function openPulls(github: Octokit, repo: string) {
    const { data } = await github.request('GET /repos/{owner}/{repo}/pulls', { owner, repo, per_page: 30 })
    return data.filter(({ head }) => head.ref.includes('/'))
  }

  return {
    async 'open an issue'() {
      const { repo, login, github } = choose('read')
      const { data } = await github.request('POST /repos/{owner}/{repo}/issues', {
        owner,
        repo,
        ...phrases.issue(repo),
      })
      return { act: 'open an issue', login, repository: repo, number: data.number }
    },

    async comment() {
      const { repo, login, github } = choose('read')
      const open = [...(await openIssues(github, repo)), ...(await openPulls(github, repo))]
      if (open.length === 0) return null
      const { number: issue_number } = pick(random, open)
      await github.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
        owner,
        repo,
        issue_number,
        body: phrases.reply(),
      })
      return { act: 'comment', login, repository: repo, number: issue_number }
    },

    async label() {
      const { repo, login, github } = choose('triage')
      const bare = (await openIssues(github, repo)).filter((issue) => issue.labels.length < 2)
      if (bare.length === 0) return null
      const { number: issue_number } = pick(random, bare)
      const labels = [pick(random, ['bug', 'enhancement', 'performance', 'documentation', 'needs triage'])]
      await github.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
        owner,
        repo,
        issue_number,
        labels,
      })
      return { act: 'label', login, repository: repo, number: issue_number }
    },

    async 'close an issue'() {
      const { repo, login, github } = choose('triage')
      const open = await openIssues(github, repo)
      if (open.length < 4) return null
      const { number: issue_number } = pick(random, open)
      await github.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
        owner,
        repo,
        issue_number,
        state: 'closed',
        state_reason: random() < 0.8 ? 'completed' : 'not_planned',
      })
      return { act: 'close an issue', login, repository: repo, number: issue_number }
    },

    async 'push a commit'() {
      const { repo, login, github } = choose('write')
      await writeLine(github, repo, { path: 'NOTES.md', line: phrases.note(), branch: 'main' })
      return { act: 'push a commit', login, repository: repo }
    },

    async 'open a pull request'() {
      const { repo, login, github } = choose('write')
      if ((await openPulls(github, repo)).length > 8) return null
      const { title, body, branch: topic } = phrases.pull(repo)
      const branch = `${login.split('-')[0]}/${topic}-${Math.floor(random() * 36 ** 4).toString(36)}`
      const main = await github.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
        owner,
        repo,
        ref: 'heads/main',
      })
      await github.request('POST /repos/{owner}/{repo}/git/refs', {
        owner,
        repo,
        ref: `refs/heads/${branch}`,
        sha: main.data.object.sha,
      })
      await writeLine(github, repo, { path: 'CHANGELOG.md', line: title, branch })
      const pull = await github.request('POST /repos/{owner}/{repo}/pulls', {
        owner,
        repo,
        title,
        body,
        head: branch,
        base: 'main',
        draft: random() < 0.2,
      })
      return { act: 'open a pull request', login, repository: repo, number: pull.data.number }
    },

    async review() {
      const { repo, login, github } = choose('triage')
      const foreign = (await openPulls(github, repo)).filter((pull) => pull.user?.login !== login)
      if (foreign.length === 0) return null
      const { number: pull_number } = pick(random, foreign)
      const event = pick<Verdict>(random, ['APPROVE', 'APPROVE', 'COMMENT', 'REQUEST_CHANGES'])
      await github.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
        owner,
        repo,
        pull_number,
        event,
        body: phrases.review(event),
      })
      return { act: 'review', login, repository: repo, number: pull_number }
    },

    async merge() {
      const { repo, login, github } = choose('write')
      const ready = (await openPulls(github, repo)).filter((pull) => !pull.draft)
      if (ready.length < 2) return null
      const { number: pull_number, title } = pick(random, ready)
      await github.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
        owner,
        repo,
        pull_number,
        merge_method: 'squash',
        commit_title: `${title} (#${pull_number})`,
      })
      return { act: 'merge', login, repository: repo, number: pull_number }
    },

    async 'close a pull request'() {
      const { repo, login, github } = choose('triage')
      const open = await openPulls(github, repo)
      if (open.length < 3) return null
      const { number: pull_number } = pick(random, open)
      await github.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
        owner,
        repo,
        pull_number,
        state: 'closed',
      })
      return { act: 'close a pull request', login, repository: repo, number: pull_number }
    },
  }
}

/** Where things happen; a name that stands twice sees twice as much. */
const busy = [
  'berth-planner',
  'berth-planner',
  'berth-planner',
  'tide-api',
  'tide-api',
  'ais-ingest',
  'ais-ingest',
  'pilot-app',
  'design-system',
  'docs',
  'forecast-models',
  'infrastructure',
  'billing',
]

/** Commits one more line at the end of a text file, which may not exist yet. */
async function writeLine(
  github: Octokit,
  repo: string,
  { path, line, branch }: { path: string; line: string; branch: string },
): Promise<void> {
  const existing = await github
    .request('GET /repos/{owner}/{repo}/contents/{path}', { owner, repo, path, ref: branch })
    .catch((error: { status?: number }) => {
      if (error.status === 404) return null
      throw error
    })
  const file = existing?.data as { content: string; sha: string } | undefined
  const before = file ? Buffer.from(file.content, 'base64').toString() : ''
  await github.request('PUT /repos/{owner}/{repo}/contents/{path}', {
    owner,
    repo,
    path,
    branch,
    message: line,
    content: Buffer.from(`${before}- ${line}\n`).toString('base64'),
    ...(file && { sha: file.sha }),
  })
}
