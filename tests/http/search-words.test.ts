import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { applyPatch, removeItem, saveListed } from '../../src/store/mirror.ts'
import type { Db } from '../../src/store/store.ts'
import {
  issueOf,
  label,
  openSearchingHub,
  pullOf,
  saveIssues,
  savePulls,
  someone,
  timeOf,
} from '../support/searching-hub.ts'
import { at } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'

const day = 86_400_000
const dayOf = (n: number) => new Date(Date.parse('2026-01-01T12:00:00Z') + n * day).toISOString()

/** Comments `id` → what it is on and what it says. */
const saveComments = (
  tx: Db,
  repositoryId: number,
  comments: readonly { id: number; number: number; login: string; body: string }[],
) =>
  saveListed(tx, kinds.comment as Kind<object>, {
    repositoryId,
    items: comments.map(({ id, number, login, body }) => ({
      id,
      issue_number: number,
      user: someone(login),
      body,
      reactions: null,
      html_url: '',
      created_at: at,
      updated_at: at,
    })),
  })

describe.each(dialects)('the words of the search on %s', (dialect) => {
  it('ask of issues what GitHub’s do', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 2, [
        issueOf(2, 1, { type: 'Bug', body: 'cc @acme/Crew', reactions: { '+1': 3, eyes: 1 }, comments: 2 }),
        issueOf(2, 2, { state: 'closed', state_reason: 'not_planned', closed_at: timeOf(9), locked: true }),
        issueOf(2, 3, { state: 'closed', state_reason: 'completed', closed_at: timeOf(9), milestone: 'v 2' }),
        issueOf(2, 4, { user: someone('robot[bot]'), assignees: [someone('eve')], comments: 7 }),
      ])
      await saveComments(tx, 2, [
        { id: 1, number: 1, login: 'Eve', body: 'The tide is @ada' },
        { id: 2, number: 4, login: 'bob', body: 'A tide, too' },
      ])
      await savePulls(tx, 2, [
        pullOf(2, 5, { body: 'Closes #3 and fixes #1' }),
        pullOf(2, 6, { body: 'Closes #2', base: { ref: 'release' } }),
      ])
    })
    const numbers = async (q: string) =>
      (await hub.find(hub.ada, q)).map((name) => Number(name.split('#')[1])).sort((a, b) => a - b)
    const expected: Record<string, number[]> = {
      'type:bug': [1],
      'no:type': [2, 3, 4],
      'has:milestone': [3],
      'milestone:*': [3],
      'milestone:"v 2",v3': [3],
      'assignee:*': [4],
      '-assignee:*': [1, 2, 3],
      'reason:"not planned"': [2],
      'reason:completed,not_planned': [2, 3],
      'is:locked': [2],
      'is:unlocked is:closed': [3],
      'author:app/robot': [4],
      'team:acme/crew': [1],
      'commenter:eve': [1],
      'commenter:@me': [],
      'commenter:eve,bob -commenter:bob': [1],
      'involves:eve': [1, 4],
      'involves:bob': [4],
      'tide in:comments': [1, 4],
      tide: [],
      'tide in:title,comments commenter:bob': [4],
      '-tide in:comments': [2, 3],
      'linked:pr': [1, 3],
      '-linked:pr': [2, 4],
      'linked:issue': [],
      'comments:>5': [4],
      'comments:1..5': [1],
      'comments:0,7': [2, 3, 4],
      'reactions:4': [1],
      'interactions:>=6': [1, 4],
      'language:typescript is:open': [1, 4],
      '-language:typescript': [],
      'closed:2026-01-01..2026-12-31 closed:*..2027-01-01': [2, 3],
      'is:issue is:locked': [2],
      'is:pr': [],
    }
    for (const [q, found] of Object.entries(expected)) expect(await numbers(q), q).toEqual(found)
    const order = async (q: string) => (await hub.list(hub.ada, '/issues', q)).map((name) => name.slice(-1))
    expect(await order('sort:comments-desc')).toEqual(['4', '1', '3', '2'])
    expect(await order('sort:reactions-asc is:open')).toEqual(['4', '1'])
    expect(await order('sort:interactions')).toEqual(['4', '1', '3', '2'])
  })

  it('ask of pull requests what GitHub’s do', async () => {
    await using hub = await openSearchingHub(dialect)
    const check = (id: number, sha: string, name: string, conclusion: string | null) => ({
      id,
      head_sha: sha,
      name,
      app: 'ci',
      status: conclusion === null ? 'in_progress' : 'completed',
      conclusion,
      annotations_count: 0,
      title: null,
      html_url: '',
      details_url: null,
      check_suite_id: null,
      started_at: at,
      completed_at: conclusion === null ? null : at,
    })
    const [red, green, busy] = ['a', 'b', 'c'].map((letter) => letter.repeat(40)) as [string, string, string]
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 2, [issueOf(2, 9)])
      await savePulls(tx, 2, [
        pullOf(2, 1, { head: { ref: 'feature/login', sha: red }, body: 'Fixes #9' }),
        pullOf(2, 2, { head: { ref: 'feature/logout', sha: green }, requested_teams: ['Core Team'] }),
        pullOf(2, 3, { head: { ref: 'fix', sha: busy }, milestone: 'Spring', base: { ref: 'release' } }),
      ])
      await saveListed(tx, kinds.check_run as Kind<object>, {
        repositoryId: 2,
        items: [
          check(1, red, 'test', 'success'),
          check(2, red, 'lint', 'failure'),
          check(3, green, 'test', 'failure'),
          check(4, green, 'test', 'success'),
          check(5, busy, 'test', null),
        ],
      })
      await saveListed(tx, kinds.review as Kind<object>, {
        repositoryId: 2,
        items: [
          {
            id: 1,
            pull_number: 2,
            user: someone('Eve'),
            state: 'COMMENTED',
            body: null,
            html_url: '',
            submitted_at: at,
          },
        ],
      })
    })
    const numbers = async (q: string) =>
      (await hub.find(hub.ada, q, 'pulls')).map((name) => Number(name.split('#')[1])).sort((a, b) => a - b)
    const expected: Record<string, number[]> = {
      'head:feature/log': [1, 2],
      'head:feature/login': [1],
      'base:release': [3],
      'sha:aaaaaaa': [1],
      [`sha:${green}`]: [2],
      'milestone:spring': [3],
      'no:milestone': [1, 2],
      'team-review-requested:other/core-team': [2],
      'team-review-requested:elsewhere/core-team': [],
      'team-review-requested:core-team': [2],
      'reviewed-by:eve': [2],
      'status:failure': [1],
      'status:success': [2],
      'status:pending': [3],
      '-status:failure': [2, 3],
      'linked:issue': [1],
      'status:success OR base:release': [2, 3],
      'type:pr is:pr draft:false': [1, 2, 3],
      'type:issue': [],
    }
    for (const [q, found] of Object.entries(expected)) expect(await numbers(q), q).toEqual(found)
  })

  it('follow a pull request whose comments only its issue side counts, and one that closes nothing any more', async () => {
    await using hub = await openSearchingHub(dialect)
    const pull = pullOf(2, 1, { body: 'Closes #9' })
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 2, [issueOf(2, 9)])
      await savePulls(tx, 2, [pull, pullOf(2, 2)])
    })
    expect(await hub.find(hub.ada, 'linked:pr')).toEqual(['other/site#9'])
    const patch = { kind: 'pull_request', key: { number: 1 }, set: { comments: 4 } }
    await hub.store.write((tx) =>
      applyPatch(tx, { ...patch, updated_at: Date.parse(timeOf(80)) }, { repositoryId: 2 }),
    )
    expect(await hub.find(hub.ada, 'comments:>3', 'pulls')).toEqual(['other/site#1'])
    expect(await hub.find(hub.ada, 'sort:updated-desc', 'pulls')).toEqual(['other/site#1', 'other/site#2'])
    const late = { ...pull, body: 'Closes nothing', updated_at: timeOf(90), told_at: timeOf(90) }
    await hub.store.write((tx) => savePulls(tx, 2, [late]))
    expect(await hub.find(hub.ada, 'linked:pr')).toEqual([])
    await hub.store.write((tx) =>
      savePulls(tx, 2, [{ ...late, body: 'Closes #9', updated_at: timeOf(91), told_at: timeOf(91) }]),
    )
    expect(await hub.find(hub.ada, 'linked:pr')).toEqual(['other/site#9'])
    await hub.store.write((tx) =>
      removeItem(tx, kinds.pull_request as Kind<object>, {
        repositoryId: 2,
        item: late,
        gone_at: null,
        now: 1,
      }),
    )
    expect(await hub.find(hub.ada, 'linked:pr')).toEqual([])
    expect(await hub.store.read.selectFrom('closing_references').selectAll().execute()).toEqual([])
  })

  it('put owners beside one another as any of them, and look into no other repository', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 1, [issueOf(1, 1)])
      await saveIssues(tx, 2, [issueOf(2, 2)])
    })
    expect(await hub.find(hub.ada, 'repo:acme/secret repo:other/site')).toHaveLength(2)
    expect(await hub.find(hub.ada, 'repo:acme/secret AND repo:other/site')).toEqual([])
    expect(await hub.find(hub.bob, 'repo:acme/secret OR is:open')).toEqual(['other/site#2'])
    expect(await hub.find(hub.bob, 'NOT repo:other/site')).toEqual([])
    expect(await hub.find(hub.ada, '(repo:acme/secret OR language:rust) is:open')).toEqual(['acme/secret#1'])
    expect(await hub.list(hub.ada, '/repos', 'secret OR is:public')).toHaveLength(2)
    expect(await hub.list(hub.ada, '/repos', 'NOT secret')).toEqual(['other/site'])
    expect(await hub.find(hub.ada, 'octo NOT cat', 'people')).toEqual([])
    expect(await hub.find(hub.ada, 'octo OR nobody', 'people')).toEqual(['octocat'])
  })

  it('find just what a reading of every row finds, in whatever brackets', async () => {
    await using hub = await openSearchingHub(dialect)
    const words = ['tide', 'chart', 'crash', 'slow', 'berth']
    const issue = fc.record({
      title: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }),
      body: fc.array(fc.constantFrom(...words), { maxLength: 3 }),
      author: fc.constantFrom('ada', 'bob', 'eve'),
      labels: fc.uniqueArray(fc.constantFrom('bug', 'needs help', 'p1'), { maxLength: 2 }),
      assignee: fc.constantFrom(null, 'ada', 'bob'),
      milestone: fc.constantFrom(null, 'v1', 'v2'),
      state: fc.constantFrom<'open' | 'closed'>('open', 'closed'),
      reason: fc.constantFrom('completed', 'not_planned'),
      locked: fc.boolean(),
      repositoryId: fc.constantFrom(1, 2),
      created: fc.nat(40),
      closed: fc.nat(40),
      comments: fc.nat(4),
      thumbs: fc.nat(3),
      said: fc.array(fc.tuple(fc.constantFrom('ada', 'eve'), fc.constantFrom(...words)), { maxLength: 2 }),
    })
    const rows = fc
      .sample(issue, { numRuns: 60, seed: 7 })
      .map((row, index) => ({ ...row, number: index + 1 }))
    await hub.store.write(async (tx) => {
      for (const row of rows) {
        const { repositoryId, number, assignee, said } = row
        const item = issueOf(repositoryId, number, {
          title: row.title.join(' '),
          body: row.body.join(' '),
          user: someone(row.author),
          labels: row.labels.map(label),
          assignees: assignee === null ? [] : [someone(assignee)],
          milestone: row.milestone,
          state: row.state,
          state_reason: row.state === 'closed' ? row.reason : null,
          locked: row.locked,
          created_at: dayOf(row.created),
          closed_at: row.state === 'closed' ? dayOf(row.closed) : null,
          comments: row.comments,
          reactions: { '+1': row.thumbs },
        })
        await saveIssues(tx, repositoryId, [item])
        await saveComments(
          tx,
          repositoryId,
          said.map(([login, body], index) => ({ id: number * 10 + index, number, login, body })),
        )
      }
    })
    type Row = (typeof rows)[number]
    type Holds = (row: Row) => boolean
    type Asked = readonly [text: string, holds: Holds]
    const each = <T>(values: readonly T[], make: (value: T) => Asked) => fc.constantFrom(...values.map(make))
    const term: fc.Arbitrary<Asked> = fc.oneof(
      each(words, (w) => [w, (row) => [...row.title, ...row.body].includes(w)]),
      each(words, (w) => [`(in:title "${w}")`, (row) => row.title.includes(w)]),
      each(words, (w) => [`(${w} in:comments)`, (row) => row.said.some(([, said]) => said === w)]),
      each(['ada', 'bob'], (p) => [`author:${p}`, (row) => row.author === p]),
      each(['bug', 'needs help'], (l) => [`label:"${l}"`, (row) => row.labels.some((one) => one === l)]),
      each(['label:bug,p1'], (q) => [q, (row) => row.labels.some((l) => l !== 'needs help')]),
      each(['ada', 'bob'], (p) => [`assignee:${p}`, (row) => row.assignee === p]),
      each(['no:assignee'], (q) => [q, (row) => row.assignee === null]),
      each(['v1', 'v2'], (m) => [`milestone:${m}`, (row) => row.milestone === m]),
      each(['open', 'closed'], (s) => [`is:${s}`, (row) => row.state === s]),
      each(['completed', 'not_planned'], (r) => [
        `reason:${r}`,
        (row) => row.state === 'closed' && row.reason === r,
      ]),
      each(['is:locked'], (q) => [q, (row) => row.locked]),
      each(['repo:other/site'], (q) => [q, (row) => row.repositoryId === 2]),
      each([5, 20], (n) => [`created:>=${dayOf(n).slice(0, 10)}`, (row) => row.created >= n]),
      each([5, 20], (n) => [
        `closed:*..${dayOf(n).slice(0, 10)}`,
        (row) => row.state === 'closed' && row.closed <= n,
      ]),
      each([1, 3], (n) => [`comments:>${n}`, (row) => row.comments > n]),
      each([1, 3], (n) => [`interactions:${n}..5`, (row) => within(row.comments + row.thumbs, n, 5)]),
      each(['ada', 'eve'], (p) => [`commenter:${p}`, (row) => row.said.some(([login]) => login === p)]),
      each(['eve'], (p) => [
        `involves:${p}`,
        (row) => row.author === p || row.assignee === p || row.said.some(([login]) => login === p),
      ]),
    )
    const within = (value: number, from: number, to: number) => from <= value && value <= to
    const { query } = fc.letrec<{ query: Asked }>((tie) => ({
      query: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        { weight: 3, arbitrary: term },
        {
          weight: 1,
          arbitrary: tie('query').map(([text, holds]): Asked => [`-(${text})`, (row) => !holds(row)]),
        },
        { weight: 1, arbitrary: term.map(([text, holds]): Asked => [`NOT ${text}`, (row) => !holds(row)]) },
        {
          weight: 2,
          arbitrary: fc
            .array(tie('query'), { minLength: 2, maxLength: 3 })
            .map(
              (parts): Asked => [
                `(${parts.map(([text]) => text).join(' OR ')})`,
                (row) => parts.some(([, holds]) => holds(row)),
              ],
            ),
        },
        {
          weight: 2,
          arbitrary: fc
            .tuple(fc.constantFrom(' AND ', ' '), fc.array(tie('query'), { minLength: 2, maxLength: 3 }))
            .map(
              ([between, parts]): Asked => [
                `(${parts.map(([text]) => text).join(between)})`,
                (row) => parts.every(([, holds]) => holds(row)),
              ],
            ),
        },
      ),
    }))
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom('ada', 'bob'), async ([q, holds], who) => {
        fc.pre(q.length <= 480 && (q.match(/[a-z]+/g)?.length ?? 0) < 60 && depthOf(q) <= 5)
        const expected = rows
          .filter((row) => (who === 'ada' || row.repositoryId === 2) && holds(row))
          .map(({ repositoryId, number }) => `${repositoryId === 1 ? 'acme/secret' : 'other/site'}#${number}`)
        const found = await hub.find(who === 'ada' ? hub.ada : hub.bob, q)
        expect(found.toSorted(), q).toEqual(expected.toSorted())
        expect((await hub.list(who === 'ada' ? hub.ada : hub.bob, '/issues', q)).toSorted(), q).toEqual(
          expected.toSorted(),
        )
        if (depthOf(q) === 5) return
        const { issues = 0 } = await hub.count(who === 'ada' ? hub.ada : hub.bob, `is:issue (${q})`)
        expect(issues, q).toBe(expected.length)
      }),
      { numRuns: 150 },
    )
  })
})

/** How deep the brackets of a query are. */
function depthOf(q: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of q) {
    if (character === '(') deepest = Math.max(deepest, ++depth)
    else if (character === ')') depth--
  }
  return deepest
}
