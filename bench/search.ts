/**
 * How long a search takes over 100,000 issues, half of which its person may not read, on both databases: rare and
 * common words, filters, brackets, what stands in comments, sorted, and all of the kinds of the palette. The issues are written through the mirror,
 * as a sync does. Prints JSON: milliseconds, median and p95 of each query and of all.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readQuery } from '../contract/search/read-query.ts'
import { planSearch } from '../src/domain/search/plan-search.ts'
import type { Kind } from '../src/mirror/kind.ts'
import { kinds } from '../src/mirror/kinds.ts'
import { findIssues } from '../src/store/issues.ts'
import { saveListed } from '../src/store/mirror.ts'
import { openStore } from '../src/store/open-store.ts'
import { upsertUser } from '../src/store/users.ts'
import { seedRepository } from '../tests/support/seed-mirror.ts'
import { describeMachine } from './support/measure.ts'

const count = Number(process.argv[2] ?? 100_000)
const repositories = Number(process.argv[3] ?? 200)
const rounds = Number(process.argv[4] ?? 15)
/** Another database than SQLite in a new folder. */
const databaseUrl = process.argv[5]

let seed = 7
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed / 0x7fffffff
}
/** A few words are in most texts, most are in few, as people write. */
const vocabulary = Array.from({ length: 20_000 }, (_, index) => `w${index.toString(36)}`)
const word = () => vocabulary[Math.floor(random() ** 3 * vocabulary.length)]!
const text = (words: number) => Array.from({ length: words }, word).join(' ')
const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]!
const people = Array.from({ length: 60 }, (_, index) => ({ login: `person-${index}`, avatar_url: null }))
const labels = Array.from({ length: 25 }, (_, index) => ({ name: `label ${index}`, color: 'd73a4a' }))

const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const store = await openStore({ dataDir, databaseUrl })
const began = performance.now()
const user = async (id: number) => {
  const person = { id, login: `person-${id}`, name: null, avatar_url: null, html_url: null }
  const { user } = await store.write((tx) =>
    upsertUser(tx, { host: 'github.example', person, role: 'member', now: 1 }),
  )
  return user.id
}
const [reader, stranger] = [await user(1), await user(2)]
for (let id = 1; id <= repositories; id++) {
  const readers = [id % 2 === 0 ? reader : stranger]
  await store.write((tx) => seedRepository(tx, { id, fullName: `acme/repository-${id}`, readers }))
}
for (let start = 0; start < count; start += 500) {
  const repositoryId = 1 + ((start / 500) % repositories)
  await store.write(async (tx) => {
    const items = Array.from({ length: 500 }, (_, index) => {
      const number = start + index + 1
      const at = new Date(1_700_000_000_000 + number * 60_000).toISOString()
      return {
        id: number,
        node_id: '',
        repository_id: repositoryId,
        number,
        title: text(8),
        body: text(120),
        state: random() < 0.3 ? 'open' : 'closed',
        state_reason: null,
        user: pick(people),
        labels: random() < 0.6 ? [pick(labels)] : [],
        assignees: random() < 0.4 ? [pick(people)] : [],
        milestone: null,
        type: null,
        locked: false,
        pinned: false,
        sub_issues: null,
        parent: null,
        dependencies: null,
        reactions: null,
        comments: Math.floor(random() * 20),
        html_url: '',
        created_at: at,
        updated_at: at,
        closed_at: null,
      }
    })
    await saveListed(tx, kinds.issue as Kind<object>, { repositoryId, items })
    const comments = items
      .filter(() => random() < 0.3)
      .map(({ number, created_at }) => ({
        id: number,
        issue_number: number,
        user: pick(people),
        body: text(30),
        reactions: null,
        html_url: '',
        created_at,
        updated_at: created_at,
      }))
    await saveListed(tx, kinds.comment as Kind<object>, { repositoryId, items: comments })
  })
}
const filledMs = performance.now() - began

const queries: Record<string, string> = {
  'a rare word': 'w9zz',
  'a word in a hundredth': vocabulary[900]!,
  'a word in most texts': vocabulary[0]!,
  'two words': `${vocabulary[40]} ${vocabulary[90]}`,
  'a phrase': `"${vocabulary[0]} ${vocabulary[1]}"`,
  'the beginning of a word': 'w1a',
  'an author': 'author:person-7',
  'a label, open': 'is:open label:"label 3"',
  'no label, assigned to one': 'no:label assignee:person-3 is:open',
  'a word, filtered': `is:open author:person-7 ${vocabulary[30]}`,
  'a common word, sorted': `${vocabulary[0]} sort:updated-desc`,
  'not a label': `is:open -label:"label 3" ${vocabulary[10]}`,
  'a time': 'created:>2023-12-01 label:"label 4"',
  'any of two': `label:"label 3" OR assignee:person-7`,
  brackets: `is:open (author:person-7 OR (label:"label 4" ${vocabulary[10]})) NOT ${vocabulary[3]}`,
  'any of two, one of them no word': 'label:"label 5" OR created:>2024-01-01',
  'a state or a time': 'is:open OR created:>2024-01-01',
  'whom it involves': 'involves:person-7',
  'the most comments first': 'is:open sort:comments-desc',
  'a text in comments': `${vocabulary[40]} in:comments`,
  'nothing to be found': 'author:nobody crash',
}

const empty = () => Object.fromEntries(Object.keys(queries).map((name) => [name, [] as number[]]))
const percentile = (values: readonly number[], share: number) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]! * 10) / 10
const times: Record<string, number[]> = empty()
/** Of the processor, all threads: what a quiet machine would take, where the database is in this process. */
const busy: Record<string, number[]> = empty()
for (let round = 0; round < rounds; round++) {
  for (const [name, q] of Object.entries(queries)) {
    const plan = planSearch(readQuery(q, 'issues'), { kind: 'issue', login: 'person-7', now: Date.now() })
    const [asked, cpu] = [performance.now(), process.cpuUsage()]
    await findIssues(store.read, { userId: reader, plan, limit: 30, ranked: true })
    times[name]!.push(performance.now() - asked)
    const { user, system } = process.cpuUsage(cpu)
    busy[name]!.push((user + system) / 1000)
  }
}
await store.close()
rmSync(dataDir, { recursive: true, force: true })

const all = Object.values(times).flat()
console.log(
  JSON.stringify(
    {
      bench: 'search',
      ...describeMachine(),
      database: databaseUrl ? 'postgres' : 'sqlite',
      issues: count,
      repositories,
      write_us_each: Math.round((filledMs * 1000) / count),
      ms: Object.fromEntries(
        Object.entries(times).map(([name, each]) => [
          name,
          { p50: percentile(each, 0.5), p95: percentile(each, 0.95), cpu: percentile(busy[name]!, 0.5) },
        ]),
      ),
      all: { p50: percentile(all, 0.5), p95: percentile(all, 0.95) },
      cpu: {
        p50: percentile(Object.values(busy).flat(), 0.5),
        p95: percentile(Object.values(busy).flat(), 0.95),
      },
    },
    null,
    1,
  ),
)
