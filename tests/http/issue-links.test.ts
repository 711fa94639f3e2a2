import { describe, expect, it } from 'vitest'
import { issueOf, type Json, plantRepository, send } from '../support/github-server.ts'
import { openLookingHub } from '../support/looking-hub.ts'
import { dialects } from '../support/temp-store.ts'

const api = 'https://api.github.example/repos'
/** An issue as GitHub lists it. */
const listed = (number: number, more: Json = {}) => ({
  ...issueOf(number, more),
  repository_url: `${api}/acme/hello`,
})

describe.each(dialects)('what issues lead to, on %s', (dialect) => {
  it('parts are read when an issue is looked at, and come and go by webhooks with their counts', async () => {
    await using hub = await openLookingHub({
      dialect,
      plant: ({ issues, others }) => {
        issues.push(
          issueOf(3),
          issueOf(2, { parent_issue_url: `${api}/acme/hello/issues/1`, repository_url: `${api}/acme/hello` }),
          issueOf(1, { sub_issues_summary: { total: 1, completed: 0 } }),
        )
        others.set('issues/1/sub_issues', [listed(2, { title: 'As it was called once' })])
      },
    })
    const { mona, mirror } = hub
    const parts = async () =>
      (await hub.look('issues/1/sub_issues', mona)).map(({ number, title, state }) => [number, title, state])
    expect(await parts()).toEqual([[2, 'Issue 2', 'open']])
    const one = async (number: number) =>
      (
        await hub.app.ask({ method: 'GET', url: `/api/v1/repos/acme/hello/issues/${number}`, as: mona })
      ).json<Json>()
    expect(await one(2)).toMatchObject({ parent: 'acme/hello#1' })

    const about = { repository: mirror.planted.repository, sender: mirror.mona }
    const told = (action: string, part: Json, total: number, more: Json = {}) => ({
      event: 'sub_issues',
      payload: {
        action,
        parent_issue: issueOf(1, { sub_issues_summary: { total, completed: 0 } }),
        parent_issue_repo: mirror.planted.repository,
        sub_issue: part,
        sub_issue_repo: mirror.planted.repository,
        ...about,
        ...more,
      },
    })
    await mirror.deliver(told('sub_issue_added', issueOf(3), 2), told('parent_issue_added', issueOf(3), 2))
    expect(await parts()).toEqual([
      [3, 'Issue 3', 'open'],
      [2, 'Issue 2', 'open'],
    ])
    expect(await one(1)).toMatchObject({ sub_issues: { total: 2 } })
    expect(await one(3)).toMatchObject({ parent: 'acme/hello#1' })
    await mirror.deliver({
      event: 'issues',
      payload: { action: 'closed', issue: issueOf(3, { state: 'closed', minutes: 9 }), ...about },
    })
    expect((await parts())[0]).toEqual([3, 'Issue 3', 'closed'])

    // A part in a private repository is not told to who reads this one.
    const elsewhere = { ...plantRepository({ id: 9, name: 'secret', private: true }, {}).repository }
    await mirror.deliver(told('sub_issue_added', issueOf(7), 3, { sub_issue_repo: elsewhere }))
    expect(await parts()).toHaveLength(2)
    const numbers = (await mirror.changes('sub_issue.updated')).map(({ sub_issue }) => sub_issue.number)
    expect(numbers).toEqual([3])
    await mirror.deliver(
      told('sub_issue_removed', issueOf(3, { state: 'closed', minutes: 9 }), 1),
      told('parent_issue_removed', issueOf(3, { state: 'closed', minutes: 9 }), 1),
    )
    expect(await parts()).toEqual([[2, 'Issue 2', 'open']])
    expect(await one(3)).toMatchObject({ parent: '' })
    expect(await mirror.changes('sub_issue.removed')).toMatchObject([{ id: 100_003 }])
    await mirror.deliver(told('sub_issue_added', issueOf(3, { minutes: 10 }), 2))
    expect(await parts()).toHaveLength(2)
  })

  it('what an issue waits for is told of both, and what a person may not read is left out', async () => {
    await using hub = await openLookingHub({
      dialect,
      plant: ({ issues, others }) => {
        issues.push(
          issueOf(2),
          issueOf(1, {
            issue_dependencies_summary: { blocked_by: 1, total_blocked_by: 2, total_blocking: 0 },
          }),
        )
        others.set('issues/1/dependencies/blocked_by', [
          listed(2),
          { ...listed(5), repository_url: `${api}/acme/secret` },
        ])
      },
    })
    const { mona, mirror } = hub
    const of = async (list: string, as = mona) =>
      (await hub.look(`issues/${list}`, as)).map(({ repository, number }) => `${repository}#${number}`)
    hub.github.repositories.push(plantRepository({ id: 9, name: 'secret', private: true }, { lea: 'admin' }))
    const lea = await hub.admit('lea', 'pull')
    // GitHub leaves out what somebody may not read; for others it is there as before.
    hub.github.instead(/issues\/1\/dependencies\/blocked_by.* mona$/, (_, response) =>
      send(response, 200, [listed(2)]),
    )
    const both = expect.arrayContaining(['acme/hello#2', 'acme/secret#5'])
    expect(await of('1/dependencies/blocked_by', lea)).toEqual(both)
    expect(await of('1/dependencies/blocked_by')).toEqual(['acme/hello#2'])
    expect(await of('1/dependencies/blocked_by', lea)).toEqual(both)
    // Who may read it and is not shown it any more takes it away.
    mirror.planted.others.set('issues/1/dependencies/blocked_by', [listed(2)])
    hub.advance(6 * 60_000)
    expect(await of('1/dependencies/blocked_by', lea)).toEqual(['acme/hello#2'])
    const about = { repository: mirror.planted.repository, sender: mirror.mona }
    const told = (action: string) => ({
      event: 'issue_dependencies',
      payload: {
        action,
        blocked_issue: issueOf(2),
        blocked_issue_repo: mirror.planted.repository,
        blocking_issue: issueOf(3),
        blocking_issue_repo: mirror.planted.repository,
        ...about,
      },
    })
    await mirror.deliver(told('blocked_by_added'), told('blocking_added'))
    // GitHub's own lists have not been looked at: what was told stands.
    mirror.planted.others.set('issues/2/dependencies/blocked_by', [listed(3)])
    mirror.planted.others.set('issues/3/dependencies/blocking', [listed(2)])
    expect([await of('2/dependencies/blocked_by'), await of('3/dependencies/blocking')]).toEqual([
      ['acme/hello#3'],
      ['acme/hello#2'],
    ])
    await mirror.deliver(told('blocked_by_removed'), told('blocking_removed'))
    expect([await of('2/dependencies/blocked_by'), await of('3/dependencies/blocking')]).toEqual([[], []])
    expect(await mirror.changes('issue_dependency.updated')).toMatchObject([
      { issue_dependency: { direction: 'blocked_by', issue_number: 2, number: 3 } },
      { issue_dependency: { direction: 'blocking', issue_number: 3, number: 2 } },
    ])
  })
})
