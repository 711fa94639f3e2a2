import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SearchValue } from '../../contract/search/answers.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { removeItem, removeMany, saveListed } from '../../src/store/mirror.ts'
import {
  issueOf,
  label,
  type Named,
  nameOf,
  openSearchingHub,
  pullOf,
  saveIssues,
  savePulls,
  someone,
  timeOf,
} from '../support/searching-hub.ts'
import { at, seedContents } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import type { SignedIn } from '../support/test-app.ts'

describe.each(dialects)('search on %s', (dialect) => {
  it('finds words in titles before words in texts, the newest first', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write((tx) =>
      saveIssues(tx, 2, [
        issueOf(2, 1, { title: 'The tide station crashes', body: 'It stops.' }),
        issueOf(2, 2, { title: 'Slow charts', body: 'After a while the station crashes, too.' }),
        issueOf(2, 3, { title: 'Station crashes again' }),
        issueOf(2, 4, { title: 'Something else', body: 'A station.' }),
      ]),
    )
    expect(await hub.find(hub.ada, 'station crashes')).toEqual([
      'other/site#3',
      'other/site#1',
      'other/site#2',
    ])
    expect(await hub.find(hub.ada, 'STATION crash')).toEqual(['other/site#3', 'other/site#1', 'other/site#2'])
    expect(await hub.find(hub.ada, '"tide station"')).toEqual(['other/site#1'])
    expect(await hub.find(hub.ada, 'station -tide')).toEqual(['other/site#3', 'other/site#4', 'other/site#2'])
    expect(await hub.find(hub.ada, 'station sort:created-asc')).toEqual([
      'other/site#1',
      'other/site#2',
      'other/site#3',
      'other/site#4',
    ])
    expect(await hub.find(hub.ada, 'station in:body')).toEqual(['other/site#4', 'other/site#2'])
    expect(await hub.find(hub.ada, 'nothing')).toEqual([])
  })

  it('never shows or counts what its person may not read, until they may', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 1, [issueOf(1, 9, { title: 'Hidden leak', user: someone('shy'), created_at: at })])
      await saveIssues(tx, 2, [issueOf(2, 1, { title: 'Open leak' })])
      await seedContents(tx, { repositoryId: 1, fullName: 'acme/secret' })
    })
    expect(await hub.find(hub.ada, 'leak')).toEqual(['other/site#1', 'acme/secret#9'])
    expect(await hub.find(hub.bob, 'leak')).toEqual(['other/site#1'])
    for (const type of ['repositories', 'issues', 'pulls', 'comments', 'commits', 'actions_runs', 'people']) {
      expect(
        (await hub.find(hub.bob, '', type)).filter((name) => name.includes('secret')),
        type,
      ).toEqual([])
      expect((await hub.find(hub.ada, '', type)).length, type).toBeGreaterThan(0)
    }
    expect(await hub.count(hub.bob, '')).toEqual({ repositories: 1, issues: 1, people: 1 })
    expect((await hub.count(hub.ada, '')).comments).toBe(2)
    expect(await hub.find(hub.bob, 'repo:acme/secret')).toEqual([])
    expect(await hub.find(hub.bob, '-repo:other/site')).toEqual([])
    const values = await hub.get<SearchValue[]>(hub.bob, '/search/values?of=label')
    expect(values).toEqual([])
    expect(await hub.get<SearchValue[]>(hub.ada, '/search/values?of=label&q=BU')).toEqual([
      { value: 'bug', detail: 'd73a4a' },
    ])
    expect(await hub.get(hub.bob, '/search/values?of=person&q=shy')).toEqual([])
    expect(await hub.get(hub.bob, '/search/values?of=repository')).toHaveLength(1)
  })

  it('follows what becomes of a thing, in the transaction that saves it', async () => {
    await using hub = await openSearchingHub(dialect)
    const first = issueOf(2, 1, { title: 'Old title', labels: [label('bug')] })
    await hub.store.write((tx) => saveIssues(tx, 2, [first]))
    expect(await hub.find(hub.ada, 'old label:bug is:open')).toEqual(['other/site#1'])
    const later = {
      ...first,
      title: 'New title',
      labels: [],
      state: 'closed' as const,
      updated_at: timeOf(90),
    }
    await hub.store.write((tx) => saveIssues(tx, 2, [later]))
    expect(await hub.find(hub.ada, 'old')).toEqual([])
    expect(await hub.find(hub.ada, 'label:bug')).toEqual([])
    expect(await hub.find(hub.ada, 'new no:label is:closed')).toEqual(['other/site#1'])
    await hub.store.write((tx) => saveIssues(tx, 2, [{ ...later, state: 'open', updated_at: timeOf(91) }]))
    expect(await hub.find(hub.ada, 'new is:open updated:>2026-01-04')).toEqual(['other/site#1'])
    await hub.store.write(async (tx) => {
      const comment = { id: 9, issue_number: 1, user: someone('bob'), body: 'Same here', html_url: '' }
      const times = { created_at: at, updated_at: at }
      await saveListed(tx, kinds.comment as Kind<object>, {
        repositoryId: 2,
        items: [{ ...comment, ...times }],
      })
    })
    expect(await hub.find(hub.ada, '"same here" author:bob', 'comments')).toEqual(['other/site#9'])
    await hub.store.write((tx) =>
      removeItem(tx, kinds.issue as Kind<object>, { repositoryId: 2, item: later, gone_at: null, now: 1 }),
    )
    expect(await hub.find(hub.ada, 'new')).toEqual([])
    expect(await hub.find(hub.ada, 'same', 'comments')).toEqual([])
    expect(await hub.count(hub.ada, 'title')).toEqual({})
  })

  it('forgets the commits of a rewritten branch', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write((tx) => seedContents(tx, { repositoryId: 2, fullName: 'other/site' }))
    expect(await hub.find(hub.ada, 'begin', 'commits')).toEqual(['other/site#aaaa'])
    expect(await hub.find(hub.ada, 'a'.repeat(40), 'commits')).toEqual(['other/site#aaaa'])
    const gone = { repositoryId: 2, items: [{ sha: 'a'.repeat(40) }], asOf: at, now: 0 }
    await hub.store.write((tx) => removeMany(tx, kinds.commit as Kind<object>, gone))
    expect(await hub.find(hub.ada, 'begin', 'commits')).toEqual([])
  })

  it('understands what GitHub’s words ask of pull requests and runs', async () => {
    await using hub = await openSearchingHub(dialect)
    const review = (id: number, pull_number: number, login: string, state: string) => ({
      id,
      pull_number,
      user: someone(login),
      state,
      body: null,
      html_url: '',
      submitted_at: timeOf(id),
    })
    await hub.store.write(async (tx) => {
      await savePulls(tx, 2, [
        pullOf(2, 1, { user: someone('Ada'), requested_reviewers: [someone('bob')] }),
        pullOf(2, 2, { draft: true, head: { ref: 'feature/login', sha: 'c' }, body: 'cc @Ada' }),
        pullOf(2, 3, {
          state: 'closed',
          merged_at: timeOf(50),
          closed_at: timeOf(50),
          base: { ref: 'release' },
        }),
        pullOf(2, 4, { state: 'closed', closed_at: timeOf(60), assignees: [someone('ada')] }),
      ])
      await saveListed(tx, kinds.review as Kind<object>, {
        repositoryId: 2,
        items: [
          review(1, 1, 'bob', 'CHANGES_REQUESTED'),
          review(2, 1, 'bob', 'APPROVED'),
          review(3, 2, 'bob', 'APPROVED'),
          review(4, 2, 'eve', 'CHANGES_REQUESTED'),
        ],
      })
    })
    const numbers = async (q: string) =>
      (await hub.find(hub.ada, q, 'pulls')).map((name) => Number(name.split('#')[1]))
    expect(await numbers('author:@me')).toEqual([1])
    expect(await numbers('review-requested:bob')).toEqual([1])
    expect(await numbers('involves:ada sort:created-asc')).toEqual([1, 2, 4])
    expect(await numbers('mentions:ada')).toEqual([2])
    expect(await numbers('is:draft')).toEqual([2])
    expect(await numbers('draft:false is:open')).toEqual([1])
    expect(await numbers('is:merged')).toEqual([3])
    expect(await numbers('is:closed')).toEqual([4, 3])
    expect(await numbers('is:unmerged is:closed')).toEqual([4])
    expect(await numbers('head:feature/login')).toEqual([2])
    expect(await numbers('base:release')).toEqual([3])
    expect(await numbers('-base:release -is:draft')).toEqual([4, 1])
    expect(await numbers('review:approved')).toEqual([1])
    expect(await numbers('review:changes_requested')).toEqual([2])
    expect(await numbers('review:none')).toEqual([4, 3])
    expect(await numbers('merged:2026-01-04')).toEqual([3])
    expect(await numbers('closed:>=2026-01-04T12:00')).toEqual([4])
    expect(await numbers('is:private')).toEqual([])
    expect(await numbers('org:other -is:public')).toEqual([])
    await hub.store.write((tx) => seedContents(tx, { repositoryId: 2, fullName: 'other/site' }))
    expect(await hub.list(hub.ada, '/actions/runs', 'is:success branch:main event:push')).toEqual([
      'other/site#7001',
    ])
    expect(await hub.list(hub.ada, '/actions/runs', 'status:completed workflow:ci')).toEqual([
      'other/site#7001',
    ])
    expect(await hub.list(hub.ada, '/repos/other/site/actions/runs', 'status:failure')).toEqual([])
  })

  it('answers its lists in the same words', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write(async (tx) => {
      await saveIssues(tx, 2, [
        issueOf(2, 1, { labels: [label('bug'), label('good first issue')], assignees: [someone('ada')] }),
        issueOf(2, 2, { state: 'closed', closed_at: timeOf(9), updated_at: timeOf(9), milestone: 'Spring' }),
        issueOf(2, 3, { labels: [label('Bug')], comments: 4 }),
      ])
      await saveIssues(tx, 1, [issueOf(1, 4, { labels: [label('bug')] })])
    })
    const { list, ada, bob } = hub
    expect(await list(ada, '/issues', 'label:bug')).toEqual(['acme/secret#4', 'other/site#3', 'other/site#1'])
    expect(await list(bob, '/issues', 'label:bug')).toEqual(['other/site#3', 'other/site#1'])
    expect(await list(ada, '/repos/other/site/issues', 'label:bug')).toEqual(['other/site#3', 'other/site#1'])
    expect(await list(ada, '/issues', 'label:"good first issue" assignee:@me')).toEqual(['other/site#1'])
    expect(await list(ada, '/issues', 'is:closed')).toEqual(['other/site#2'])
    expect(await list(ada, '/issues', 'sort:updated-desc -is:private')).toEqual([
      'other/site#2',
      'other/site#3',
      'other/site#1',
    ])
    expect(await list(ada, '/issues', 'milestone:spring')).toEqual(['other/site#2'])
    expect(await list(ada, '/issues', 'no:assignee comments:>3')).toEqual(['other/site#3'])
    expect(await list(ada, '/repos', 'topic:tests archived:false')).toHaveLength(2)
    expect(await list(ada, '/repos', 'is:private')).toEqual(['acme/secret'])
    expect(await list(ada, '/repos', 'site language:typescript')).toEqual(['other/site'])
  })

  it('pages through all that it finds, each once', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write(async (tx) => {
      await saveIssues(
        tx,
        2,
        Array.from({ length: 25 }, (_, n) => issueOf(2, n + 1, { title: `Tide ${n}` })),
      )
      // The same words and times in another repository, and in texts only.
      const texts = Array.from({ length: 25 }, (_, n) => issueOf(1, n + 1, { body: 'a tide' }))
      await saveIssues(tx, 1, texts)
    })
    for (const path of [
      '/search?type=issues&q=tide',
      '/issues?q=tide',
      '/search?type=issues&q=tide%20sort:updated-asc',
    ]) {
      const seen: string[] = []
      for (let url: string | null = `/api/v1${path}&limit=7`; url; ) {
        const answer = await hub.ask({ method: 'GET', url, as: hub.ada })
        const items = answer.json<(Named & { item?: Named })[]>()
        seen.push(...items.map((hit) => nameOf(hit.item ?? hit)))
        const next = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link ?? ''))?.[1]
        url = next ? new URL(next).pathname + new URL(next).search : null
      }
      expect(new Set(seen).size, path).toBe(50)
      expect(seen).toHaveLength(50)
    }
    const wrong = await hub.ask({ method: 'GET', url: '/api/v1/search?q=tide&after=WzFd', as: hub.ada })
    expect(wrong.statusCode).toBe(400)
  })

  it('takes any text for a query', async () => {
    await using hub = await openSearchingHub(dialect)
    await hub.store.write((tx) =>
      saveIssues(tx, 2, [issueOf(2, 1, { title: `It's "so" & (not) * <b> \\ %_'` })]),
    )
    for (const q of [
      '"',
      "'",
      '*',
      '-',
      'a*b',
      '(',
      'NOT x',
      'a OR',
      '{title}',
      ':',
      "it's",
      '\\',
      '%',
      '☃',
      'x:y:z',
    ]) {
      expect((await hub.find(hub.ada, q)).length, q).toBeLessThanOrEqual(1)
    }
    expect(await hub.find(hub.ada, `it's "so not"`)).toEqual(['other/site#1'])
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (q) => {
        const url = `/api/v1/search?type=issues&q=${encodeURIComponent(q.replaceAll('\0', ''))}`
        expect((await hub.ask({ method: 'GET', url, as: hub.ada })).statusCode).toBe(200)
      }),
      { numRuns: 30 },
    )
  })
})

describe('saved searches', () => {
  it('are a person’s own, in their order, and are put back as they were', async () => {
    await using hub = await openSearchingHub('sqlite')
    const put = (as: SignedIn, payload: object) =>
      hub.ask({ method: 'PUT', url: '/api/v1/searches', as, payload })
    const mine = { name: 'Mine', q: 'author:@me', type: 'issues' }
    const bugs = { name: 'Bugs', q: 'label:bug', type: 'issues' }
    expect((await put(hub.ada, [mine, bugs])).statusCode).toBe(200)
    expect(await hub.get(hub.ada, '/searches')).toEqual([mine, bugs])
    expect(await hub.get(hub.bob, '/searches')).toEqual([])
    await put(hub.ada, [bugs])
    expect(await hub.get(hub.ada, '/searches')).toEqual([bugs])
    await put(hub.ada, [bugs, mine])
    expect(await hub.get(hub.ada, '/searches')).toEqual([bugs, mine])
    expect((await put(hub.ada, [mine, { ...bugs, name: 'mine ' }])).json()).toMatchObject({
      code: 'invalid_request',
    })
    expect(
      (
        await put(
          hub.ada,
          Array.from({ length: 51 }, (_, n) => ({ ...mine, name: `${n}` })),
        )
      ).statusCode,
    ).toBe(400)
  })
})
