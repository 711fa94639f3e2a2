import { describe, expect, it } from 'vitest'
import { planSeveral, type Several, type Target } from '../../web/src/acting/plan-several.ts'

const target = (number: number, item: Partial<Target['item']>, isPull = false): Target => ({
  ...{ fullName: 'acme/site', number, isPull },
  item: { state: 'open', labels: [], assignees: [], milestone: null, ...item },
})
const plan = (wanted: Several, ...targets: Target[]) =>
  planSeveral(wanted, targets).map(({ step, back }) =>
    [step, back].map(({ subject, ...act }) => [subject.number, act]),
  )

describe('what is done with several', () => {
  it('closes those that are open, and opens none that was closed before', () => {
    expect(plan({ do: 'close' }, target(1, {}), target(2, { state: 'closed' }), target(3, {}, true))).toEqual(
      [
        [
          [1, { name: 'issue.edit', body: { state: 'closed' } }],
          [1, { name: 'issue.edit', body: { state: 'open' } }],
        ],
        [
          [3, { name: 'pull.edit', body: { state: 'closed' } }],
          [3, { name: 'pull.edit', body: { state: 'open' } }],
        ],
      ],
    )
  })

  it('closes again for the reason that it had been closed for', () => {
    const closed = target(1, { state: 'closed', state_reason: 'not_planned' })
    expect(plan({ do: 'reopen' }, closed)[0]?.[1]).toEqual([
      1,
      { name: 'issue.edit', body: { state: 'closed', state_reason: 'not_planned' } },
    ])
  })

  it('gives a label only to those without it, so that taking it back leaves the others theirs', () => {
    const wanted = { do: 'label', add: ['bug'], remove: ['tide'] } as const
    const labels = [{ name: 'bug' }, { name: 'tide' }]
    expect(plan(wanted, target(1, {}), target(2, { labels }))).toEqual([
      [
        [1, { name: 'issue.label', body: { labels: ['bug'] } }],
        [1, { name: 'issue.unlabel', values: { name: 'bug' } }],
      ],
      [
        [2, { name: 'issue.unlabel', values: { name: 'tide' } }],
        [2, { name: 'issue.label', body: { labels: ['tide'] } }],
      ],
    ])
  })

  it('assigns, and sets a milestone, with the one before as the way back', () => {
    const wanted = { do: 'milestone', title: 'Ebb', numbers: { Ebb: 2, Flood: 1 } } as const
    expect(plan(wanted, target(1, { milestone: 'Flood' }), target(2, { milestone: 'Ebb' }))).toEqual([
      [
        [1, { name: 'issue.edit', body: { milestone: 2 } }],
        [1, { name: 'issue.edit', body: { milestone: 1 } }],
      ],
    ])
    const given = plan(
      { do: 'assign', add: ['ada', 'bob'], remove: [] },
      target(1, { assignees: [{ login: 'ada' }] }),
    )
    expect(given).toEqual([
      [
        [1, { name: 'issue.assign', body: { assignees: ['bob'] } }],
        [1, { name: 'issue.unassign', body: { assignees: ['bob'] } }],
      ],
    ])
  })
})
