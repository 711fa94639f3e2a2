import { reduce } from '../../contract/reduce-run.ts'
import type { RunState } from '../../contract/run.ts'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { createEngine, type Engine, type EngineOptions } from '../../src/engine/create-engine.ts'
import type { Perform, PerformedKind, Steps } from '../../src/engine/step.ts'
import { createEvents, type Events } from '../../src/events.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { readJournal } from '../../src/store/journal.ts'
import type { Store } from '../../src/store/store.ts'
import { createWorkflow } from '../../src/store/workflows.ts'
import { everyStep } from '../support/every-step.ts'

export const repository = { id: 1, full_name: 'acme/site', default_branch: 'main' }
export const mona = { userId: 'u1', login: 'mona', githubId: 1 }

/** A user, a repository and the right to read it. */
export async function seed(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .insertInto('users')
      .values({
        id: mona.userId,
        host: 'github.com',
        github_id: 1,
        login: mona.login,
        role: 'owner',
        created_at: 0,
      })
      .execute()
    await tx
      .insertInto('repositories')
      .values({
        id: repository.id,
        owner: 'acme',
        name: 'site',
        full_name: repository.full_name,
        full_name_key: repository.full_name,
        private: 1,
        fork: 0,
        archived: 0,
        default_branch: 'main',
        topics: '[]',
        stargazers_count: 0,
        forks_count: 0,
        open_issues: 0,
        open_pull_requests: 0,
        visibility: 'private',
        is_template: 0,
        html_url: 'https://github.com/acme/site',
        created_at: 0,
        updated_at: 0,
      })
      .execute()
    await tx
      .insertInto('access')
      .values({ user_id: mona.userId, repository_id: repository.id, permission: 'push', synced_at: 0 })
      .execute()
  })
}

/** Stores a workflow that the test knows to be right; returns its id. */
export async function addWorkflow(store: Store, source: string): Promise<string> {
  const { definition, problems } = parseWorkflow(source)
  if (!definition) throw new Error(JSON.stringify(problems))
  return await store.write((tx) => createWorkflow(tx, { source, definition, by: mona, now: 1_000 }))
}

/** Nothing to say is expected: whatever is logged fails the test. */
export const silent = {
  warn: (fields: object, message: string) => console.warn(message, fields),
  error: (fields: object, message: string) => {
    throw new Error(`${message}: ${String((fields as { err?: unknown }).err)}`)
  },
}

/** An engine whose steps are the test's, and which ends with the test. */
export function openEngine(
  store: Store,
  {
    steps,
    ...options
  }: { steps?: Partial<Record<PerformedKind, Perform>> } & Partial<Omit<EngineOptions, 'steps'>> = {},
): Engine & AsyncDisposable & { events: Events; finished(runId: string): Promise<RunState> } {
  const events = options.events ?? createEvents()
  const absent: Perform = () => Promise.reject(new Error('this test has no such step'))
  const all: Steps = {
    ...everyStep(absent),
    ...steps,
  }
  const engine = createEngine({
    store,
    log: silent,
    graceMs: 200,
    github: () => Promise.reject(new Error('this test has no GitHub')),
    tickMs: 60_000,
    ...options,
    events,
    steps: all,
  })
  const over = new Set<string>()
  events.on('run.finished', ({ runId }) => over.add(runId))
  return {
    ...engine,
    events,
    async finished(runId) {
      if (!over.has(runId)) {
        await new Promise<void>((resolve) => {
          const off = events.on('run.finished', (event) => {
            if (event.runId !== runId) return
            off()
            resolve()
          })
        })
      }
      return await stateOf(store, runId)
    },
    [Symbol.asyncDispose]: engine.close,
  }
}

/** The state of a run as its journal on disk tells it. */
export async function stateOf(store: Store, runId: string): Promise<RunState> {
  const state = (await readJournal(store.read, runId)).reduce<RunState | null>(reduce, null)
  if (!state) throw new Error(`run ${runId} has no journal`)
  return state
}

/** Starts a workflow by hand. */
export async function startByHand(
  { store, engine }: { store: Store; engine: Engine },
  workflowId: string,
  inputs: Record<string, string | number | boolean> = {},
): Promise<string> {
  return await store.write((tx) => engine.startByHand(tx, { workflowId, inputs, repository, by: mona }))
}

/** Stores a delivery and starts what it triggers, as applying it does. */
export async function deliver(
  { store, engine }: { store: Store; engine: Engine },
  delivery: { id: string; event: string; action: string | null; payload: unknown },
): Promise<string[]> {
  return await store.write(async (tx) => {
    const body = Buffer.from(JSON.stringify(delivery.payload))
    await acceptDelivery(tx, { id: delivery.id, event: delivery.event, body, received_at: Date.now() })
    return await engine.startTriggered(tx, {
      ...delivery,
      deliveryId: delivery.id,
      receivedAt: Date.now(),
      repository,
      actor: 'octocat',
    })
  })
}

/** A promise and what settles it. */
export function gate<T = void>() {
  return Promise.withResolvers<T>()
}
