import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { startActivity } from '../demo/activity.ts'
import { type LocalGithub, startLocalGithub } from '../demo/local-github.ts'
import { registerWebhooks } from '../demo/register-webhooks.ts'
import { parseWorkflow } from './domain/workflow/parse-workflow.ts'
import type { Engine } from './engine/create-engine.ts'
import { messageOf } from './errors.ts'
import { projectRoot } from './project-root.ts'
import type { Store } from './store/store.ts'
import { listWorkflows } from './store/workflow-lists.ts'
import { createWorkflow, shareWorkflow } from './store/workflows.ts'

const examples = join(projectRoot, 'examples/workflows')
/** They need no event, and show what runs look like: the plan's own graph, and commands. */
const firstRuns = ['cldcde-plan.yml', 'watch-this-machine.yml']

/** Starts the local GitHub of a demo; its state is kept beside the hub's, so that both survive a restart together. */
export function openDemoGithub(input: {
  dataDir: string
  publicUrl: string
  log: Logger
}): Promise<LocalGithub> {
  const { dataDir, publicUrl, log } = input
  return startLocalGithub({ dataDir, callbackUrls: [`${publicUrl}/auth/github/callback`], log })
}

/**
 * Lets the local GitHub tell the hub what happens there from the first moment on; the first sync finds these webhooks
 * and keeps them. Without them the demo still works, later: the sync registers what is missing.
 */
export async function listenToDemo(input: {
  github: LocalGithub
  webhook: { url: string; secret: string }
  log: Logger
}): Promise<void> {
  const { github, webhook, log } = input
  const { token } = github.people.find(({ role }) => role === 'owner')!
  await registerWebhooks({ apiUrl: github.apiUrl, token, ...webhook, log }).catch((error: unknown) => {
    log.warn({ err: error }, `the local GitHub took no webhooks: ${messageOf(error)}`)
  })
}

/**
 * Makes a demo live: its people begin to work, and at the first start the example workflows are there and two run.
 * Returns how to let everybody rest.
 */
export async function enliven(input: {
  github: LocalGithub
  store: Store
  engine: Engine
  owner: { userId: string; login: string }
  log: Logger
  clock: () => number
}): Promise<() => Promise<void>> {
  const { github, store, engine, owner, log, clock } = input
  const known = await listWorkflows(store.read, { userId: owner.userId, maintains: true, limit: 1 })
  if (known.items.length === 0) await plantExamples({ store, engine, owner, now: clock() })
  const activity = startActivity({ apiUrl: github.apiUrl, people: github.people, log })
  return () => activity.stop()
}

async function plantExamples(input: {
  store: Store
  engine: Engine
  owner: { userId: string; login: string }
  now: number
}): Promise<void> {
  const { store, engine, owner, now } = input
  for (const file of (await readdir(examples)).sort()) {
    const source = await readFile(join(examples, file), 'utf8')
    const parsed = parseWorkflow(source)
    if (!parsed.definition) throw new Error(`the example ${file} is not a workflow`)
    const { definition } = parsed
    await store.write(async (tx) => {
      const workflowId = await createWorkflow(tx, { source, definition, by: owner, now })
      // For everybody who tries the demo to read.
      await shareWorkflow(tx, { id: workflowId, visibility: 'shared', by: owner, now })
      if (!firstRuns.includes(file)) return
      await engine.startByHand(tx, { workflowId, inputs: {}, repository: null, by: owner })
    })
  }
}
