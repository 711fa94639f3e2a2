import { describe, expect, it } from 'vitest'
import {
  registerWebhookTask,
  syncAccountTask,
  syncRepositoryTask,
} from '../../src/domain/mirror/sync-tasks.ts'

describe('the lanes of syncs', () => {
  const lanesOf = (count: number) =>
    Array.from({ length: count }, (_, id) => syncRepositoryTask(id).serialKey)

  it('are six, used about evenly, also for ids that follow one another', () => {
    const lanes = Map.groupBy(lanesOf(6_000), (lane) => lane)
    expect([...lanes.keys()].toSorted()).toEqual(Array.from({ length: 6 }, (_, n) => `sync:${n}`))
    for (const { length } of lanes.values()) expect(Math.abs(length - 1_000)).toBeLessThan(250)
  })

  it('are the same at every start, and for all that is done with a repository', () => {
    expect(lanesOf(8)).toEqual(lanesOf(8))
    expect(syncRepositoryTask(1_296_269).serialKey).toBe('sync:0')
    expect(registerWebhookTask(1_296_269).serialKey).toBe(syncRepositoryTask(1_296_269).serialKey)
  })

  it('of accounts are their own', () => {
    expect(syncAccountTask('0199a1b2').serialKey).toMatch(/^sync-account:[0-5]$/)
  })
})
