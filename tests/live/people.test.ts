import pino from 'pino'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/live/connection.ts'
import { createPeople, type Person, rightsOf } from '../../src/live/people.ts'
import { until } from '../support/until.ts'

/** Loads of rights that end when the test says so, in whatever order. */
function openPeople() {
  const loads: { userId: string; end: (...readable: number[]) => void; fail: () => void }[] = []
  const people = createPeople({
    log: pino({ level: 'silent' }),
    load: (userId) =>
      new Promise((resolve, reject) => {
        loads.push({
          userId,
          end: (...readable) => resolve(new Set(readable)),
          fail: () => reject(new Error('planted')),
        })
      }),
  })
  return { people, loads }
}

const connect = (person: Person) => {
  const connection = { person } as Connection
  person.connections.add(connection)
  return connection
}

describe('the rights of people', () => {
  it('are loaded once for all connections of one person', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    connect(person)
    expect(people.join('ada')).toBe(person)
    loads[0]!.end(1, 2)
    await rightsOf(person)
    expect(people.join('ada').readable).toEqual(new Set([1, 2]))
    expect(loads).toHaveLength(1)
  })

  it('are those of the load that began last, whichever ends last', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    connect(person)
    people.reload('ada')
    loads[1]!.end(1)
    await rightsOf(person)
    loads[0]!.end(1, 2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(person.readable).toEqual(new Set([1]))
    expect(person.loading).toBeNull()
  })

  it('are not known before the load that began last has ended', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    connect(person)
    people.reload('ada')
    loads[0]!.end(1, 2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(person.loading).not.toBeNull()
    loads[1]!.end(1)
    await rightsOf(person)
    expect(person.readable).toEqual(new Set([1]))
  })

  it('are asked for again when that failed, and forgotten with the last connection', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    const connection = connect(person)
    loads[0]!.fail()
    while (loads.length < 2) await new Promise((resolve) => setImmediate(resolve))
    loads[1]!.end(1)
    await rightsOf(person)
    people.leave(connection)
    expect(people.reload('ada')).toBeUndefined()
    expect(people.join('ada')).not.toBe(person)
  })

  // Not by rightsOf, which in a faulty build would let no test end, nor anything else in the process.
  it('are waited for no longer when everybody left while they could not be loaded', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    const connection = connect(person)
    loads[0]!.fail()
    people.leave(connection)
    await until(() => person.loading === null)
    expect(loads).toHaveLength(1)
  })

  it('are waited for no longer when the room closes', async () => {
    const { people, loads } = openPeople()
    const person = people.join('ada')
    connect(person)
    people.close()
    loads[0]!.end(1)
    await until(() => person.loading === null)
    expect(person.readable).toEqual(new Set())
  })
})
