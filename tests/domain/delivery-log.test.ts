import { describe, expect, it } from 'vitest'
import { orderMissing } from '../../src/domain/mirror/delivery-log.ts'
import { unlistedEvents } from '../../src/mirror/kinds.ts'

const line = (id: number, event: string, action: string | null = null) => ({
  ...{ id: String(id), guid: `guid-${id}`, event, action, redelivery: false },
  delivered_at: new Date(Date.UTC(2026, 0, 1, 0, id)).toISOString(),
})

describe('what is missing of a log', () => {
  it('is fetched once each: what is gone, then what no list shows, then the rest as it happened', () => {
    const again = { ...line(2, 'issues', 'edited'), id: '99', delivered_at: '2026-01-02T00:00:00Z' }
    const lines = [
      ...[line(7, 'push'), line(5, 'discussion', 'created'), line(6, 'label', 'deleted'), again],
      ...[line(2, 'issues', 'edited'), line(4, 'issues', 'pinned'), line(3, 'issues', 'deleted')],
      ...[line(1, 'pull_request_review_thread', 'resolved'), line(8, 'issues', 'transferred')],
      ...[line(9, 'issues', 'unpinned'), line(10, 'push')],
    ]
    const ordered = orderMissing(lines, unlistedEvents)
    expect(ordered.map(({ id }) => Number(id))).toEqual([3, 6, 8, 1, 4, 5, 9, 2, 7, 10])
    const { length: told } = [3, 6, 8, 1, 4, 5, 9]
    expect(ordered.map(({ isOnlyTold }) => isOnlyTold)).toEqual(ordered.map((_, at) => at < told))
  })

  it('is in the order of its ids where it was sent in one second', () => {
    const sent = (id: string) => ({ ...line(1, 'push'), id, guid: id, delivered_at: '2026-01-01T00:00:00Z' })
    const ids = ['9007199254740993', '99', '100', '9007199254740992']
    const ordered = orderMissing(ids.map(sent), unlistedEvents).map(({ id }) => id)
    expect(ordered).toEqual(['99', '100', '9007199254740992', '9007199254740993'])
  })

  it('is only told by deliveries for kinds without a list, not for those that a sync reads', () => {
    for (const event of ['discussion', 'pull_request_review_thread', 'check_suite'])
      expect(unlistedEvents).toContain(event)
    for (const event of ['issues', 'push', 'pull_request', 'issue_comment', 'release', 'workflow_run'])
      expect(unlistedEvents).not.toContain(event)
  })
})
