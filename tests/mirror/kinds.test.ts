import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { faces } from '../../contract/faces.ts'
import { plainFaces } from '../../contract/plain-faces.ts'
import { githubEventNames, webhookOf } from '../../src/domain/workflow/github-events.ts'
import { githubEvents } from '../../src/mirror/github-events.ts'
import { allKinds, ignored } from '../../src/mirror/kinds.ts'
import { isApplied } from '../../src/mirror/read-delivery.ts'
import { restrictedEvents } from '../../src/mirror/restricted.ts'
import { examples } from '../support/github-server.ts'

const root = join(import.meta.dirname, '../..')

describe("GitHub's events", () => {
  it('are all known: those of its examples and those of its published types', () => {
    const schema = createRequire(
      createRequire(import.meta.url).resolve('@octokit/webhooks-examples'),
    ).resolve('@octokit/webhooks-types/schema.d.ts')
    const [, map = ''] = /interface EventPayloadMap \{(.*?)\n\}/s.exec(readFileSync(schema, 'utf8')) ?? []
    const published = [...map.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!)
    expect(published.length).toBeGreaterThan(60)
    const known = new Set<string>(githubEvents)
    expect([...published, ...examples.map(({ name }) => name)].filter((name) => !known.has(name))).toEqual([])
  })

  it('are each applied or ignored with a reason, never both', () => {
    for (const event of githubEvents) {
      expect([event, isApplied(event), Object.hasOwn(ignored, event)]).toEqual([
        event,
        isApplied(event),
        !isApplied(event),
      ])
    }
  })

  it('that GitHub shows to fewer than all readers start no workflow: its run would show them', () => {
    expect(restrictedEvents.size).toBeGreaterThan(8)
    expect(githubEventNames.filter((event) => restrictedEvents.has(webhookOf(event)))).toEqual([])
  })

  it('are listed in the docs with what becomes of them', () => {
    const text = readFileSync(join(root, 'docs/mirror.md'), 'utf8')
    for (const event of githubEvents) {
      const reason = ignored[event as keyof typeof ignored]
      const carriers = allKinds.filter(({ events }) => event in events).map(({ name }) => name)
      const told = reason ?? (event === 'repository' ? 'repository' : carriers.join(', '))
      expect(text).toContain(`| \`${event}\` | ${reason ? 'ignored' : 'applied'} | ${told} |`)
    }
  })
})

describe('a kind', () => {
  it.each(allKinds.map((kind) => [kind.name, kind] as const))('of %s is whole', (name, kind) => {
    const columns = new Set(['repository_id', ...kind.columns.flatMap(({ names }) => names)])
    expect(kind.key.filter((column) => !columns.has(column))).toEqual([])
    // Something tells of it: a webhook, a list, or both.
    expect(Object.keys(kind.events).length + (kind.listed ? 1 : 0)).toBeGreaterThan(0)
    const isSubject = Object.values(kind.events).some((carried) => carried?.subject)
    if (isSubject && !kind.change) expect(Object.keys({ ...faces, ...plainFaces })).toContain(name)
  })

  it('is the subject of an event alone', () => {
    const subjects = allKinds.flatMap(({ events }) =>
      Object.entries(events).flatMap(([event, carried]) => (carried?.subject ? [event] : [])),
    )
    expect(new Set(subjects).size).toBe(subjects.length)
  })

  it('that is plain is told, listed and folded by its contract, and known to the mirror', () => {
    for (const name of Object.keys(plainFaces)) expect(allKinds.map((kind) => kind.name)).toContain(name)
  })
})
