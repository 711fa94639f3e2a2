import { describe, expect, it } from 'vitest'
import { decideDelivery } from '../../src/mirror/decide-delivery.ts'
import { type Delivered, type Rows, readDelivery } from '../../src/mirror/read-delivery.ts'
import type { MirroredRepository } from '../../src/mirror/repository.ts'
import { examples } from '../support/github-server.ts'

type Json = Record<string, unknown>
type Nested = Record<string, Record<string, unknown>>

function exampleWhere(event: string, isWanted: (payload: Json) => boolean): Json {
  const found = examples.find(({ name }) => name === event)?.examples.find(isWanted)
  if (!found) throw new Error(`no such example of ${event}`)
  return structuredClone(found)
}
const example = (event: string, action: string) => exampleWhere(event, (payload) => payload.action === action)

function decide(event: string, payload: unknown, rows: Rows = {}) {
  const delivered = readDelivery({ event, payload })
  const current = { repository: mirrored(delivered), rows, gone: new Set<string>() }
  return { delivered, ...decideDelivery(delivered, current) }
}

function mirrored({ repository }: Delivered): MirroredRepository {
  const own = { webhook: true, synced_at: null, open_issues: 3, open_pull_requests: 1 }
  return { ...(repository as NonNullable<typeof repository>), ...own }
}

const applied = {
  push: 'push',
  issues: /^issue\.(updated|removed)$/,
  issue_comment: /^comment\.(updated|removed)$/,
  pull_request: 'pull_request.updated',
  pull_request_review: 'review.updated',
  workflow_run: 'actions_run.updated',
  workflow_job: 'actions_job.updated',
  repository: /^repository\.(updated|removed)$/,
  label: /^label\.(updated|removed)$/,
  milestone: /^milestone\.(updated|removed)$/,
  check_suite: 'check_suite.updated',
  check_run: 'check_run.updated',
  status: 'commit_status.updated',
  deployment: 'deployment.updated',
  deployment_status: 'deployment_status.updated',
  pull_request_review_comment: /^review_comment\.(updated|removed)$/,
  pull_request_review_thread: 'review_thread.updated',
  discussion: /^discussion\.(updated|removed)$/,
  discussion_comment: /^discussion_comment\.(updated|removed)$/,
  release: /^(release\.(updated|removed)|delivery\.stored)$/,
  delete: /^(tag\.removed|delivery\.stored)$/,
  branch_protection_rule: /^branch_protection_rule\.(updated|removed)$/,
  member: /^collaborator\.(updated|removed)$/,
  team: /^repository_team\.(updated|removed)$/,
  team_add: 'repository_team.updated',
  dependabot_alert: 'dependabot_alert.updated',
  code_scanning_alert: 'code_scanning_alert.updated',
} as const
/** Of teams GitHub also tells organisations, where no repository is concerned. */
const isApplied = ({ event, payload }: { event: string; payload: Json }) =>
  event in applied && 'repository' in payload
const all = examples.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({ event: name, index, action: payload.action, payload })),
)

describe("GitHub's example payloads", () => {
  it('are many', () => {
    expect(all.length).toBeGreaterThan(250)
    expect(new Set(all.map(({ event }) => event))).toSatisfy((events: Set<string>) =>
      Object.keys(applied).every((event) => events.has(event)),
    )
  })

  it.each(all.filter(isApplied))('$event $index ($action) is applied', ({ event, payload }) => {
    const { change } = decide(event, payload)
    expect(change.kind).toMatch(applied[event as keyof typeof applied])
    const { full_name } = payload.repository as { full_name: string }
    expect(change.data).toMatchObject(
      change.kind === 'repository.updated' ? { repository: { full_name } } : { full_name },
    )
  })

  it.each(all.filter((example) => !isApplied(example)))(
    '$event $index ($action) is read and only stored',
    ({ event, payload }) => {
      const delivered = readDelivery({ event, payload })
      expect(delivered).toMatchObject({ event, action: payload.action ?? null, rows: {}, lists: {} })
      if (!delivered.repository) return
      const { change, save, remove } = decideDelivery(delivered, {
        repository: mirrored(delivered),
        rows: {},
        gone: new Set(),
      })
      expect(change.kind).toBe('delivery.stored')
      expect([save, remove]).toEqual([{}, null])
    },
  )
})

describe('what a delivery changes', () => {
  it('an issue becomes a row with its body and a change without', () => {
    const payload = example('issues', 'opened')
    const { save, change } = decide('issues', payload)
    const { number, title, body } = payload.issue as Json
    expect(save.issue).toMatchObject({ number, title, body })
    expect(change).toMatchObject({
      kind: 'issue.updated',
      data: { action: 'opened', issue: { number, title } },
    })
    expect(change.data).not.toHaveProperty('issue.body')
  })

  it('a deleted or transferred issue goes', () => {
    for (const action of ['deleted', 'transferred']) {
      const { save, remove, change } = decide('issues', example('issues', action))
      expect(save).toEqual({})
      expect(remove).toMatchObject({ kind: { name: 'issue' }, item: { number: 1 } })
      expect(change.kind).toBe('issue.removed')
    }
  })

  it('a comment on a pull request counts there and makes no issue', () => {
    const payload = example('issue_comment', 'created') as Nested
    payload.issue = {
      ...payload.issue,
      number: 12,
      comments: 4,
      pull_request: { url: 'https://github.example' },
    }
    const { save, delivered, change } = decide('issue_comment', payload)
    expect(Object.keys(save)).toEqual(['comment'])
    const updated_at = Date.parse(payload.issue.updated_at as string)
    const patch = {
      kind: 'pull_request',
      key: { number: 12 },
      set: { comments: 4, issue_id: payload.issue.id, issue_told: expect.any(String), reactions: '{}' },
      updated_at,
    }
    expect(delivered.patches).toEqual([patch])
    expect(change.data).toMatchObject({ pull_request: true, comment: { issue_number: 12 } })
  })

  it('a deleted comment goes, its issue stays', () => {
    const payload = example('issue_comment', 'deleted') as Nested
    const { save, remove, change } = decide('issue_comment', payload)
    expect(Object.keys(save)).toEqual(['issue'])
    expect(remove).toMatchObject({ kind: { name: 'comment' }, item: { id: payload.comment?.id } })
    expect(change.kind).toBe('comment.removed')
  })

  it('a pull request keeps its count of comments where GitHub does not tell it', () => {
    const payload = example('pull_request', 'opened') as Nested
    const { comments: _, ...pull } = payload.pull_request ?? {}
    const known = decide('pull_request', payload).save.pull_request as NonNullable<Rows['pull_request']>
    const stored = { ...known, comments: 9, updated_at: '2000-01-01T00:00:00.000Z' }
    const { change } = decide('pull_request', { ...payload, pull_request: pull }, { pull_request: stored })
    expect(change.data).toMatchObject({ pull_request: { comments: 9 } })
  })

  it('reviews have the states of the REST API', () => {
    const { save } = decide('pull_request_review', example('pull_request_review', 'submitted'))
    expect(save.review?.state).toMatch(/^[A-Z_]+$/)
  })

  describe('a push', () => {
    const toBranch = () =>
      exampleWhere('push', ({ ref, deleted }) => String(ref).startsWith('refs/heads/') && deleted === false)
    const commits = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        id: `sha${index}`,
        message: `Commit ${index}`,
        timestamp: '2026-01-02T03:04:05+02:00',
        url: 'https://github.example',
        author: { name: 'Mona', email: 'mona@github.example', username: 'octocat' },
      }))

    it('moves its branch by the clock of GitHub', () => {
      const payload = toBranch() as Nested
      const { save, change } = decide('push', payload)
      const pushed_at = new Date(Number(payload.repository?.pushed_at) * 1000).toISOString()
      expect(save.branch).toMatchObject({ sha: payload.after, updated_at: pushed_at })
      expect(change).toMatchObject({ kind: 'push', data: { deleted: false, branch: save.branch } })
    })

    it('to the default branch brings commits, to another none', () => {
      const payload = toBranch() as Nested
      const main = {
        ...payload,
        ref: `refs/heads/${payload.repository?.default_branch}`,
        commits: commits(2),
      }
      expect(decide('push', main).delivered.lists.commit).toMatchObject([
        { sha: 'sha0', committed_at: '2026-01-02T01:04:05.000Z', author: { login: 'octocat' } },
        { sha: 'sha1' },
      ])
      expect(decide('push', { ...main, ref: 'refs/heads/topic' }).delivered.lists).toEqual({})
    })

    it('shows its last twenty commits and counts all', () => {
      const { change } = decide('push', { ...toBranch(), commits: commits(25) })
      const { count, commits: shown } = change.data as { count: number; commits: Json[] }
      expect(count).toBe(25)
      expect(shown.map(({ sha }) => sha)).toEqual(
        commits(25)
          .slice(5)
          .map(({ id }) => id),
      )
      expect(shown[0]).not.toHaveProperty('author_email')
    })

    it('that deletes a branch takes it away, unless it was pushed to later', () => {
      const payload = { ...toBranch(), deleted: true, after: '0'.repeat(40) }
      const gone = decide('push', payload)
      expect(gone.remove).toMatchObject({ kind: { name: 'branch' } })
      expect(gone.save).toEqual({})
      const { rows } = gone.delivered
      const later = {
        ...(rows.branch as NonNullable<Rows['branch']>),
        updated_at: '2099-01-01T00:00:00.000Z',
      }
      expect(decide('push', payload, { branch: later }).remove).toBeNull()
    })

    it('of a tag touches no branch', () => {
      const payload = toBranch()
      const { save, remove, change } = decide('push', { ...payload, ref: 'refs/tags/v1' })
      expect([Object.keys(save), save.tag?.name, remove]).toEqual([['tag'], 'v1', null])
      expect(change).toMatchObject({ kind: 'push', data: { ref: 'refs/tags/v1', branch: null } })
    })
  })
})

describe('deliveries out of order', () => {
  const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`

  it.each(['issues', 'pull_request'] as const)(
    'an older %s is not saved, and its change shows the newer',
    (event) => {
      const key = event === 'issues' ? 'issue' : 'pull_request'
      const payload = example(event, 'labeled') as Nested
      const of = (minute: number, title: string) => ({
        ...payload,
        [key]: { ...payload[key], title, updated_at: at(minute) },
      })
      const newer = decide(event, of(5, 'new')).save
      const late = decide(event, of(4, 'old'), newer)
      expect(late.save).not.toHaveProperty(key)
      expect(late.change.data).toMatchObject({ action: 'labeled', [key]: { title: 'new' } })
      const same = decide(event, of(5, 'same second'), newer)
      expect(same.save[key]).toMatchObject({ title: 'same second' })
    },
  )

  it('of the same second, what opened an issue came before what labelled it', () => {
    const labelled = decide('issues', example('issues', 'labeled')).save
    const opened = { ...example('issues', 'labeled'), action: 'opened' }
    expect(decide('issues', opened, labelled).save).toEqual({})
  })

  it('of the same second, a comment counts at its issue', () => {
    const payload = example('issue_comment', 'created') as Nested
    const before = decide('issue_comment', payload).save
    const counted = { ...payload, issue: { ...payload.issue, comments: 41 } }
    const { save } = decide('issue_comment', counted, before)
    expect(save).toEqual({ issue: expect.objectContaining({ comments: 41 }) })
  })

  it('a job never goes back', () => {
    const payload = example('workflow_job', 'completed') as Nested
    const completed = decide('workflow_job', payload).save
    expect(completed.actions_job?.status).toBe('completed')
    const before = {
      ...payload,
      workflow_job: { ...payload.workflow_job, status: 'in_progress', conclusion: null },
    }
    const late = decide('workflow_job', before, completed)
    expect(late.save).toEqual({})
    expect(late.change.data).toMatchObject({ actions_job: { status: 'completed' } })
  })

  it('a run of the same second goes forward only, and a further attempt begins anew', () => {
    const payload = example('workflow_run', 'completed') as Nested
    const { updated_at: _, ...run } = payload.workflow_run ?? {}
    const of = (more: Json) => ({
      ...payload,
      action: 'x',
      workflow_run: { ...run, updated_at: at(1), ...more },
    })
    const completed = decide('workflow_run', of({ status: 'completed', run_attempt: 1 })).save
    const again = (more: Json) => decide('workflow_run', of(more), completed).save.actions_run
    expect(again({ status: 'in_progress', run_attempt: 1 })).toBeUndefined()
    expect(again({ status: 'queued', run_attempt: 2 })).toMatchObject({ run_attempt: 2 })
  })

  it('a dismissed review stays dismissed', () => {
    const payload = example('pull_request_review', 'dismissed')
    const dismissed = decide('pull_request_review', payload).save
    expect(dismissed.review?.state).toBe('DISMISSED')
    const submitted = { ...payload, review: { ...(payload as Nested).review, state: 'approved' } }
    expect(decide('pull_request_review', submitted, dismissed).save.review).toBeUndefined()
  })
})

describe('payloads that GitHub does not document', () => {
  const wrong: [string, unknown, string][] = [
    ['issues', {}, 'repository'],
    ['issues', [], 'an object'],
    ['issues', null, 'an object'],
    ['issues', 'text', 'an object'],
    ['push', { ...example('issues', 'opened') }, 'ref'],
    ['issues', { ...example('issues', 'opened'), issue: [] }, '`issue` should be an object'],
    ['issues', { ...example('issues', 'opened'), action: 1 }, '`action` should be a text'],
    ['ping', { sender: 1 }, '`sender` should be an object'],
    ['ping', { sender: { login: {} } }, '`sender.login` should be a text'],
  ]
  it.each(wrong)('%s %o is refused by name', (event, payload, message) => {
    expect(() => readDelivery({ event, payload })).toThrow(message)
  })

  const fields: [string, unknown][] = [
    ['id', '1'],
    ['id', 1.5],
    ['id', 2 ** 60],
    ['number', null],
    ['title', 7],
    ['labels', {}],
    ['labels', [{}]],
    ['user', 'octocat'],
    ['updated_at', 'yesterday'],
    ['updated_at', undefined],
    ['created_at', 1e300],
  ]
  it.each(fields)('an issue whose %s is %o is refused by name', (name, value) => {
    const payload = example('issues', 'opened') as Nested
    payload.issue = { ...payload.issue, [name]: value }
    expect(() => readDelivery({ event: 'issues', payload })).toThrow(
      expect.objectContaining({
        code: 'github_malformed',
        message: expect.stringContaining(`issue.${name}`),
      }),
    )
  })

  it.each(['constructor', '__proto__', 'toString', 'something_new'])(
    'an event named %s is only stored',
    (event) => {
      expect(readDelivery({ event, payload: { action: 'x' } })).toMatchObject({
        event,
        repository: null,
        rows: {},
      })
    },
  )

  it('fields that GitHub adds do no harm, and texts lose their NULs', () => {
    const payload = example('issues', 'opened') as Nested
    payload.issue = { ...payload.issue, title: 'a\0b', invented: { deep: [1] } }
    expect(decide('issues', { ...payload, invented: true }).save.issue?.title).toBe('ab')
  })
})

describe('whose rights to ask for again', () => {
  const rightsOf = (event: string, payload: unknown) => readDelivery({ event, payload }).rights

  it('names who was added or removed, and all readers where a repository changed hands', () => {
    const member = example('member', 'edited') as Nested
    expect(rightsOf('member', member)).toEqual({ accounts: [member.member?.id], readers: false })
    expect(rightsOf('repository', example('repository', 'privatized'))).toEqual({
      accounts: [],
      readers: true,
    })
    const created = example('repository', 'created') as Nested
    expect(rightsOf('repository', created)).toEqual({ accounts: [created.sender?.id], readers: false })
    expect(rightsOf('issues', example('issues', 'opened'))).toEqual({ accounts: [], readers: false })
  })
})
