import { describe, expect, it } from 'vitest'
import { estimateEnd, type SyncOutlook } from '../../src/domain/mirror/estimate-sync.ts'

const minute = 60_000
const hour = 60 * minute
const now = 1_000 * hour
const outlook = (more: Partial<SyncOutlook>): SyncOutlook => ({
  ...{ now, left: 100, doneLately: 50, latelyMs: 5 * minute },
  quota: { limit: 5000, remaining: 5000, resetAt: now + hour },
  ...more,
})

describe('the end of a first sync', () => {
  it('is told by the pace of lately', () => {
    expect(estimateEnd(outlook({}))).toBe(now + 10 * minute)
  })

  it('waits for the hour in which GitHub gives enough', () => {
    // 3,000 points: 100 above the reserve now, 2,900 of the 4,500 of the next hour.
    const quota = { limit: 5000, remaining: 600, resetAt: now + 20 * minute }
    expect(estimateEnd(outlook({ left: 1000, doneLately: 1000, quota }))).toBe(now + 20 * minute)
    // 4,800 points: with the tenth that is kept for people it would be enough an hour sooner.
    expect(estimateEnd(outlook({ left: 1600, doneLately: 1600, quota }))).toBe(now + 20 * minute + hour)
    expect(estimateEnd(outlook({ left: 4000, doneLately: 4000, quota }))).toBe(now + 20 * minute + 2 * hour)
  })

  it('is not told where nothing is left, or nothing is known', () => {
    expect(estimateEnd(outlook({ left: 0 }))).toBeNull()
    expect(estimateEnd(outlook({ doneLately: 0 }))).toBeNull()
    expect(estimateEnd(outlook({ doneLately: 0, quota: null }))).toBeNull()
  })
})
