import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fieldsOf } from '../../src/domain/mirror/fields.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { type KindName, kinds } from '../../src/mirror/kinds.ts'
import { readListed } from '../../src/mirror/read-listed.ts'
import { readPermission, readRepository } from '../../src/mirror/repository.ts'
import { listItems, saveListed } from '../../src/store/mirror.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

type Json = Record<string, unknown>

/** What api.github.com answered somebody: taken from @octokit/fixtures by `scripts/github-answers.ts`. */
const recorded = JSON.parse(
  readFileSync(new URL('../support/github-recorded.json', import.meta.url), 'utf8'),
) as Record<KindName | 'repository', Json[]>

/** A value as the hub writes it: times to the millisecond. */
const written = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value) ? new Date(value).toISOString() : value

/** Every plain field of an item that GitHub's object has, too, beside what GitHub wrote. */
function beside(item: object, object: Json): [string, unknown, unknown][] {
  return Object.entries(item)
    .filter(([name]) => name in object && (object[name] === null || typeof object[name] !== 'object'))
    .map(([name, value]) => [name, value, written(object[name])])
}

describe.each(dialects)('what api.github.com answered, on %s', (dialect) => {
  it.each(Object.keys(recorded).filter((name) => name !== 'repository') as KindName[])(
    'goes through the rows of %s without loss',
    async (name) => {
      await using store = await openTempStore(dialect)
      await store.write((tx) => seedRepository(tx, { id: 1, fullName: 'acme/hello', readers: [] }))
      const kind = kinds[name] as Kind<object>
      // The same thing was recorded in several states: the last one counts.
      const keyOf = (object: Json) => String(object[kind.key.at(-1) as string])
      const last = new Map(recorded[name].map((object) => [keyOf(object), object]))
      const objects = [...last].map(([place, value]) => ({ value, place }))
      const read = readListed(kind, objects, {
        repositoryId: 1,
        asOf: '2026-01-01T00:00:00.000Z',
        under: 'a'.repeat(40),
      })
      expect(read.odd).toEqual([])
      expect(read.items).toHaveLength(objects.length)
      await store.write((tx) => saveListed(tx, kind, { repositoryId: 1, items: read.items }))
      const rows = await listItems(store.read, kind, { repositoryId: 1, without: '' })
      expect(rows).toHaveLength(objects.length)
      for (const row of rows) {
        const fields = beside(row, last.get(keyOf(row as Json))!)
        expect(fields.length).toBeGreaterThan(2)
        for (const [field, kept, told] of fields) expect({ [field]: kept }).toEqual({ [field]: told })
      }
    },
  )
})

describe('repositories as api.github.com answered them', () => {
  it('are read with all that the hub keeps of them', () => {
    expect(recorded.repository.length).toBeGreaterThan(10)
    for (const object of recorded.repository) {
      const told = fieldsOf(object, 'repository')
      const facts = readRepository(told)
      expect(beside(facts, object).length).toBeGreaterThan(8)
      for (const [field, kept, said] of beside(facts, object))
        expect({ [field]: kept }).toEqual({ [field]: said })
      if (object.permissions) expect(readPermission(told)).not.toBeNull()
    }
  })
})
