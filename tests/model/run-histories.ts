import { fieldsOf } from '../../src/domain/mirror/fields.ts'
import { lookForGapsTask, syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { readRepository } from '../../src/mirror/repository.ts'
import { listReaders, saveAccess } from '../../src/store/access.ts'
import { saveDeliveryLog } from '../../src/store/delivery-logs.ts'
import { saveListed } from '../../src/store/mirror.ts'
import { markSynced, saveRepository, setHook } from '../../src/store/repositories.ts'
import type { Store } from '../../src/store/store.ts'
import { requestComparison } from '../../src/store/sync-progress.ts'
import { happen, type Scope } from './acts/history.ts'
import { answer } from './answer.ts'
import { compare, type Difference, type Known } from './compare.ts'
import { type Clock, createClock, type Hub, startHub } from './hub.ts'
import { type Random, randomOf } from './random.ts'
import { repositoryOf } from './render-repository.ts'
import type { Sent, World } from './state.ts'
import { createRepository, createWorld } from './world.ts'

export interface Plan {
  seeds: readonly number[]
  /** What may happen. */
  scope: Scope
  /** Things that happen in each history at most: a prefix of a longer one. */
  most?: number
  dialect?: Store['dialect']
  /** What is switched off, to see that it is missed. */
  tamper?: (hub: Hub) => Promise<void>
}

export interface Outcome {
  differences: Difference[]
  /** What happened, by seed. */
  told: Map<number, string[]>
  deliveries: number
  requests: number
}

const start = Date.UTC(2026, 5, 1)
const rounds = 8
const roundMs = 20 * 60_000
const minuteMs = 60_000

/** One history: its world, and what chance has in store for it. */
interface History {
  world: World
  /** What happens. */
  acts: Random
  /** What becomes of what is sent. */
  fates: Random
  /** Things that may still happen. */
  left: number
  told: string[]
  pending: { due: number; sent: Sent }[]
  /** Deliveries that reached the hub, or are in a log that tells of them. */
  sure: Sent[]
  /** Something happens while it is read, before so many more requests. */
  disturbed: number
  userId: string
}

/**
 * Lets things happen in many worlds at once, each with a seed of its own, while one hub mirrors them all: deliveries are
 * lost, doubled, shuffled and late, the hub is restarted, and syncs read while things happen. Then all that was lost is
 * recovered, and the mirror compared with the model.
 */
export async function runHistories(plan: Plan): Promise<Outcome> {
  const { scope, seeds, most = Number.POSITIVE_INFINITY } = plan
  const clock = createClock(start)
  const histories = new Map<string, History>()
  let requests = 0
  await using hub = await startHub({
    clock,
    ...(plan.dialect && { dialect: plan.dialect }),
    fetch: async (address, init) => {
      requests++
      const headers = Object.fromEntries(new Headers(init?.headers as Record<string, string>))
      const history = histories.get(headers.authorization?.replace(/^\w+ /, '') ?? '')
      if (!history) return Response.json({ message: 'Bad credentials' }, { status: 401 })
      history.world.clock = clock.now()
      if (history.disturbed > 0 && --history.disturbed === 0) act(history, scope)
      const asked = { method: init?.method ?? 'GET', url: new URL(address), headers }
      const { status, headers: sent, body } = answer(history.world, asked)
      return new Response(status === 304 ? null : body, { status, headers: sent })
    },
  })
  for (const seed of seeds) {
    const world = createWorld(seed, start)
    const person = { githubId: seed + 1, login: `person-${seed}`, token: world.token }
    const userId = await hub.mirror.addUser(person)
    const [acts, fates] = [randomOf(seed), randomOf(seed + 0x5eed)]
    const fresh = { left: most, told: [], pending: [], sure: [], disturbed: 0 }
    const history: History = { world, acts, fates, ...fresh, userId }
    createRepository(world, { name: 'hello', owner: world.owners[0]! })
    if (scope === 'everything' && acts.chance(0.5)) {
      for (let count = acts.below(8); count > 0; count--) act(history, scope)
    }
    histories.set(world.token, history)
  }
  const all = [...histories.values()]
  if (scope === 'told') await knowAll(hub, all, clock)
  else {
    await hub.run(...all.map(({ userId }) => syncAccountTask(userId)))
    await hookAll(hub, all, clock)
    await hub.run(lookForGapsTask())
  }
  await plan.tamper?.(hub)

  let deliveries = 0
  for (let round = 1; round <= rounds; round++) {
    const begins = start + round * roundMs
    clock.set(begins)
    for (const history of all) live(history, begins, scope)
    clock.set(begins + minuteMs)
    for (const history of all) decideFates(history, round)
    deliveries += await deliver(hub, all, round)
    if (scope === 'everything') await readSome(hub, all)
    await hookAll(hub, all, clock)
  }
  clock.set(start + (rounds + 1) * roundMs)
  for (const history of all) decideFates(history, rounds)
  deliveries += await deliver(hub, all, Number.POSITIVE_INFINITY)
  if (scope === 'everything') await hub.run(...all.map(({ userId }) => syncAccountTask(userId)))
  await hookAll(hub, all, clock)
  clock.set(clock.now() + 10 * minuteMs)
  await hub.run(lookForGapsTask())
  if (scope === 'everything') await readEverything(hub, all, clock)

  const known: Known = scope === 'told' ? 'deliveries' : 'everything'
  const differences: Difference[] = []
  for (const { world } of all) differences.push(...(await compare(hub.store, world, known)))
  differences.push(...(await judgeEffects(hub, all)))
  const told = new Map(all.map((history) => [history.world.seed, history.told]))
  return { differences, told, deliveries, requests }
}

function act(history: History, scope: Scope): void {
  if (history.left <= 0) return
  history.left--
  history.told.push(happen(history.world, history.acts, scope))
}

/** What happens in a round: one after the other, and where deliveries are not all that is known, in one second, too. */
function live(history: History, begins: number, scope: Scope): void {
  const { world, acts } = history
  let second = 0
  for (let count = acts.below(12); count > 0; count--) {
    if (scope === 'told' || acts.chance(0.7)) second++
    world.clock = begins + second * 1000
    act(history, scope)
  }
}

/** Deliveries are lost, all of them while the hub is offline; come three times; and come late. */
function decideFates(history: History, round: number): void {
  const { world, fates, pending, sure } = history
  const isOffline = fates.chance(0.1)
  for (const { repository, ...sent } of world.outbox) {
    const isLost = fates.chance(0.1) || isOffline
    const copies = isLost ? 0 : fates.chance(0.1) ? 3 : 1
    for (let copy = 0; copy < copies; copy++) {
      pending.push({ due: round + (fates.chance(0.15) ? 1 + fates.below(3) : 0), sent })
    }
    if (!isLost || !world.removed.includes(repository)) sure.push(sent)
  }
  world.outbox = []
}

/** Of so many deliveries some are applied for certain. */
const many = 30
/** The round in which the hub is killed. */
const deadly = 4

/** Hands over what is due, in any order; twice the hub is restarted over it, and once it is killed. */
async function deliver(hub: Hub, all: readonly History[], round: number): Promise<number> {
  const now: Sent[] = []
  for (const history of all) {
    const due = history.pending.filter((one) => one.due <= round).map(({ sent }) => sent)
    history.pending = history.pending.filter((one) => one.due > round)
    now.push(...(history.fates.chance(0.6) ? history.fates.shuffled(due) : due))
  }
  if (round === deadly && now.length > 0) {
    // Some of them are doubles, and are not applied.
    const after = 1 + all[0]!.fates.below(Math.ceil(now.length / 3))
    if (!(await hub.dieOver(now, after)) && now.length > many) throw new Error('The hub outlived its death.')
  } else {
    for (let begin = 0; begin < now.length; begin += 500) await hub.accept(now.slice(begin, begin + 500))
  }
  if (round % 3 === 0) await hub.restart()
  await hub.run()
  return now.length
}

/** The hub as it is once it has read repositories in which nothing has happened yet. */
async function knowAll(hub: Hub, all: readonly History[], clock: Clock): Promise<void> {
  await hub.store.write(async (tx) => {
    for (const { world, userId } of all) {
      for (const repository of world.repositories) {
        const { id: repository_id } = repository
        await saveRepository(tx, readRepository(fieldsOf(repositoryOf(repository), '')), { revive: true })
        const row = { user_id: userId, repository_id, permission: 'admin' as const, synced_at: clock.now() }
        await saveAccess(tx, [row])
        const [branch] = repository.branches
        const item = { name: branch![0], sha: branch![1], protected: false, committed_at: null }
        const items = [{ ...item, updated_at: repository.pushed_at }]
        await saveListed(tx, kinds.branch as Kind<object>, { repositoryId: repository_id, items })
        repository.hook = world.nextId()
        await setHook(tx, { repositoryId: repository_id, hookId: repository.hook })
        await markSynced(tx, { repositoryId: repository_id, at: clock.now() })
      }
    }
  })
}

/** Registers a webhook wherever the hub has none yet, as it does by itself where GitHub can reach it. */
async function hookAll(hub: Hub, all: readonly History[], clock: Clock): Promise<void> {
  const wanted = all.flatMap(({ world }) =>
    world.repositories.filter(({ hook }) => hook === null).map((repository) => ({ world, repository })),
  )
  const known: number[] = []
  await hub.store.write(async (tx) => {
    for (const { world, repository } of wanted) {
      if ((await listReaders(tx, repository.id)).length === 0) continue
      repository.hook = world.nextId()
      repository.isLate = world.repositories.length + world.removed.length > 1 || repository.number > 0
      await setHook(tx, { repositoryId: repository.id, hookId: repository.hook })
      const place = { repository_id: repository.id, hook_id: repository.hook }
      const now = clock.now()
      await saveDeliveryLog(tx, { ...place, read_until: now, etag: null, recovered: 0, now })
      known.push(repository.id)
    }
  })
  if (known.length > 0) await hub.run(...known.map((id) => syncRepositoryTask(id)))
}

/** Some are read while things happen there. */
async function readSome(hub: Hub, all: readonly History[]): Promise<void> {
  const chosen = all.filter(({ fates }) => fates.chance(0.15))
  for (const history of chosen) if (history.fates.chance(0.7)) history.disturbed = 1 + history.fates.below(20)
  const tasks = chosen.flatMap(({ world, userId }) => [
    syncAccountTask(userId),
    ...world.repositories.map(({ id }) => syncRepositoryTask(id)),
  ])
  await hub.run(...tasks)
  for (const history of chosen) history.disturbed = 0
}

/** Compares everything, as once a day. */
async function readEverything(hub: Hub, all: readonly History[], clock: Clock): Promise<void> {
  clock.set(clock.now() + 10 * minuteMs)
  const ids = all.flatMap(({ world }) => world.repositories.map(({ id }) => id))
  await hub.store.write(async (tx) => {
    for (const id of ids) await requestComparison(tx, id)
  })
  await hub.run(...ids.map((id) => syncRepositoryTask(id)))
}

/** Each thing that happened started what it starts once. */
async function judgeEffects(hub: Hub, all: readonly History[]): Promise<Difference[]> {
  const found: Difference[] = []
  const effects = await hub.effects()
  for (const { world, sure } of all) {
    // What says the same to the byte is taken for a replay.
    const bodies = new Map<string, { times: number; what: string }>()
    for (const { guid, event, action, body } of sure) {
      const before = bodies.get(body)?.times ?? 0
      bodies.set(body, { times: before + (effects.get(guid) ?? 0), what: `${event} ${action} ${guid}` })
    }
    for (const { times, what } of bodies.values()) {
      if (times !== 1) found.push({ seed: world.seed, what: `effects of ${what}`, model: 1, mirror: times })
    }
  }
  return found
}
