import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { allKinds } from '../../src/mirror/kinds.ts'
import type { Difference } from './compare.ts'
import type { Hub } from './hub.ts'
import { type Plan, runHistories } from './run-histories.ts'

/**
 * `MODEL_SEEDS=20000 npm test -- tests/model` runs more histories, `MODEL_SEED=48` that one alone: a failure names its
 * seeds, and as few acts of the first one as still show it.
 */
const first = Number(process.env.MODEL_SEED ?? 1)
const many = process.env.MODEL_SEED ? 1 : Number(process.env.MODEL_SEEDS ?? 1000)
/** What needs whole syncs costs some hundred requests each. */
const some = process.env.MODEL_SEED ? 1 : Math.max(1, Math.round(many / 200))
/** The other database does the same more slowly. */
const few = process.env.MODEL_SEED ? 1 : Math.max(1, Math.round(many / 20))
/** Histories that one hub mirrors side by side. */
const atOnce = 250
const patienceMs = 1_800_000

const seedsFrom = (begin: number, count: number) => Array.from({ length: count }, (_, index) => begin + index)

/** Runs a plan; where the mirror differs, tells the shortest beginning of the first history that does. */
async function prove(plan: Plan): Promise<void> {
  const { differences } = await runHistories(plan)
  const [worst] = differences
  if (!worst) return
  const seeds = [...new Set(differences.map(({ seed }) => seed))]
  throw new Error(
    `Seeds ${seeds.join(', ')} differ. ${await shrink({ ...plan, seeds: [worst.seed] }, differences)}`,
  )
}

async function shrink(plan: Plan, found: Difference[]): Promise<string> {
  let [shortest, most] = [found, Number.POSITIVE_INFINITY]
  let acts: string[] = []
  for (let low = 0, high = 100; low < high; ) {
    const middle = Math.floor((low + high) / 2)
    const { differences, told } = await runHistories({ ...plan, most: middle })
    if (differences.length === 0) low = middle + 1
    else {
      ;[shortest, most, high] = [differences, middle, middle]
      acts = [...told.values()].flat()
    }
  }
  return JSON.stringify({ seed: plan.seeds[0], most, acts, differences: shortest.slice(0, 5) }, null, 2)
}

describe('a mirror of random histories, whose deliveries are lost, doubled, shuffled and late', () => {
  for (let begin = 0; begin < many; begin += atOnce) {
    const count = Math.min(atOnce, many - begin)
    it(
      `is equal once what was lost is fetched, and each thing had its effect once: ${count} from ${first + begin}`,
      async () => {
        await prove({ seeds: seedsFrom(first + begin, count), scope: 'told' })
      },
      patienceMs,
    )
  }

  it(
    `is equal on Postgres, too: ${few} from ${first}`,
    async () => {
      await prove({ seeds: seedsFrom(first, few), scope: 'told', dialect: 'postgres' })
    },
    patienceMs,
  )

  it(
    'is equal once everything is compared, where no webhook tells all of it, and things happen during syncs',
    async () => {
      await prove({ seeds: seedsFrom(first, some), scope: 'everything' })
    },
    patienceMs,
  )
})

describe('the same without', () => {
  const tampered = async (tamper: (hub: Hub) => Promise<void>) =>
    (await runHistories({ seeds: seedsFrom(1, 60), scope: 'told', tamper })).differences

  it(
    'a memory of what came does things twice',
    async () => {
      const found = await tampered(async ({ store }) => {
        await store.write((tx) =>
          sql`create trigger forgets after update of state on deliveries when new.state in ('applied', 'stored')
            begin delete from deliveries where seq = new.seq; end`.execute(tx),
        )
      })
      expect(
        found.filter(({ what, mirror }) => what.startsWith('effects') && Number(mirror) > 1),
      ).not.toEqual([])
    },
    patienceMs,
  )

  it(
    'an order goes back in time',
    async () => {
      const rules = allKinds.map((kind) => ({ kind, replaces: kind.replaces }))
      try {
        for (const { kind } of rules) kind.replaces = () => true
        expect(await tampered(async () => {})).not.toEqual([])
      } finally {
        for (const { kind, replaces } of rules) kind.replaces = replaces
      }
    },
    patienceMs,
  )

  it(
    'a memory of what is gone brings it back',
    async () => {
      const found = await tampered(async ({ store }) => {
        await store.write((tx) =>
          sql`create trigger forgets before insert on tombstones begin select raise(ignore); end`.execute(tx),
        )
      })
      expect(found.filter(({ model }) => model === undefined)).not.toEqual([])
    },
    patienceMs,
  )
})
