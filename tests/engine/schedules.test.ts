import { describe, expect, it } from 'vitest'
import { listRuns } from '../../src/store/runs.ts'
import type { Store } from '../../src/store/store.ts'
import { getWorkflow } from '../../src/store/workflow-lists.ts'
import { enableWorkflow, updateWorkflow } from '../../src/store/workflows.ts'
import { definitionOf } from '../domain/simulated-run.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { addWorkflow, mona, openEngine, seed } from './engine-fixture.ts'

const source = `on: {schedule: [{cron: '*/5 * * * *'}]}
run-name: \${{ github.event.scheduled_at }}
jobs: {a: {steps: [{uses: hub/set-output}]}}`
const at = (time: string) => Date.parse(`1970-01-01T${time}Z`)

const slots = async (store: Store) =>
  (await listRuns(store.read, { userId: mona.userId, limit: 100 })).items
    .map(({ name }) => name.slice(11, 16))
    .sort()

describe.each(dialects)('schedules on %s', (dialect) => {
  it('start one run for each slot, however often and by however many they are looked at', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    await addWorkflow(store, source)
    let now = at('00:00:59')
    const clock = () => now
    await using one = openEngine(store, { clock })
    await using two = openEngine(store, { clock })
    await one.tick()
    expect(await slots(store)).toEqual([])
    for (const time of ['00:05:00', '00:05:01', '00:10:30', '00:14:59']) {
      now = at(time)
      await Promise.all([one.tick(), two.tick(), one.tick()])
    }
    expect(await slots(store)).toEqual(['00:05', '00:10'])
    const { items } = await listRuns(store.read, { userId: mona.userId, limit: 1 })
    expect(items[0]).toMatchObject({ event: 'schedule', actor: null })
  })
})

describe('schedules', () => {
  it('go on after a pause with the latest slot of the last hour, if any', async () => {
    await using store = await openTempStore()
    await seed(store)
    await addWorkflow(store, source)
    let now = at('00:32:00')
    await using engine = openEngine(store, { clock: () => now })
    await engine.tick()
    expect(await slots(store)).toEqual(['00:30'])
    now = at('00:40:00')
    await engine.tick()
    expect(await slots(store)).toEqual(['00:30', '00:40'])
  })

  it('do not fire twice when the clock goes back, and follow the newest version', async () => {
    await using store = await openTempStore()
    await seed(store)
    const id = await addWorkflow(store, source)
    let now = at('00:05:00')
    await using engine = openEngine(store, { clock: () => now })
    await engine.tick()
    now = at('00:01:00')
    await engine.tick()
    now = at('00:05:00')
    await engine.tick()
    expect(await slots(store)).toEqual(['00:05'])
    const hourly = source.replace('*/5', '0')
    await store.write((tx) =>
      updateWorkflow(tx, { id, source: hourly, definition: definitionOf(hourly), by: mona, now }),
    )
    expect(await getWorkflow(store.read, { id, userId: mona.userId, maintains: false })).toMatchObject({
      version: 2,
      next_at: '1970-01-01T01:00:00.000Z',
    })
    now = at('00:59:00')
    await engine.tick()
    expect(await slots(store)).toEqual(['00:05'])
  })

  it('go on after a look that failed, and rest while their maker is switched off', async () => {
    await using store = await openTempStore()
    await seed(store)
    await addWorkflow(store, source)
    let now = at('00:05:00')
    let refuses = true
    const write: Store['write'] = (work) =>
      refuses ? Promise.reject(new Error('disk full')) : store.write(work)
    const refusing = { ...store, read: store.read, write }
    await using engine = openEngine(refusing, { clock: () => now })
    await expect(engine.tick()).rejects.toThrow('disk full')
    refuses = false
    await engine.tick()
    expect(await slots(store)).toEqual(['00:05'])

    const disable = (disabled_at: number | null) =>
      store.write((tx) => tx.updateTable('users').set({ disabled_at }).execute())
    now = at('00:10:00')
    await disable(now)
    await engine.tick()
    expect(await slots(store)).toEqual(['00:05'])
    await disable(null)
    await engine.tick()
    expect(await slots(store)).toEqual(['00:05', '00:10'])
  })

  it('rest while the workflow is off and do not catch up', async () => {
    await using store = await openTempStore()
    await seed(store)
    const id = await addWorkflow(store, source)
    let now = at('00:04:00')
    await using engine = openEngine(store, { clock: () => now })
    const enable = (enabled: boolean) =>
      store.write((tx) => enableWorkflow(tx, { id, enabled, by: mona, now }))
    await enable(false)
    now = at('00:11:00')
    await engine.tick()
    await enable(true)
    await engine.tick()
    expect(await slots(store)).toEqual([])
    now = at('00:15:00')
    await engine.tick()
    expect(await slots(store)).toEqual(['00:15'])
  })
})
