import { expect } from 'vitest'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import type { Run } from '../../contract/workflows.ts'
import type { CommandPolicy } from '../../src/domain/may-run-commands.ts'
import { openRunner } from '../runner/runner-fixture.ts'
import type { dialects } from '../support/temp-store.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

/** A hub that runs commands, with its owner and a member. */
export async function openCommandHub(
  options: { dialect?: (typeof dialects)[number]; commandPolicy?: CommandPolicy } = {},
) {
  const runner = openRunner()
  const hub = await openTestApp({ ...options, runner })
  hub.deps.events.on('job.finished', (job) => void runner.endJob(job))
  const olga = await hub.signIn({ login: 'olga', role: 'owner' })
  const bob = await hub.signIn({ login: 'bob' })
  const get = (url: string, as: SignedIn = olga) => hub.ask({ method: 'GET', url: `/api/v1${url}`, as })
  const post = async <T>(url: string, payload: object, as: SignedIn): Promise<T> => {
    const answer = await hub.ask({ method: 'POST', url: `/api/v1${url}`, as, payload })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json<T>()
  }
  const over = new Set<string>()
  hub.deps.events.on('run.finished', ({ runId }) => void over.add(runId))
  const state = async (id: string, as: SignedIn = olga): Promise<RunState> =>
    (await get(`/runs/${id}/journal`, as)).json<RunChange[]>().reduce<RunState | null>(reduce, null)!
  return {
    ...hub,
    runner,
    olga,
    bob,
    get,
    state,
    async start(
      jobs: string,
      options: { as?: SignedIn; on?: string; inputs?: object; repository?: string } = {},
    ): Promise<string> {
      const { as = olga, on = 'workflow_dispatch', inputs = {}, repository } = options
      const { id } = await post<{ id: string }>('/workflows', { source: `on: ${on}\njobs:\n${jobs}` }, as)
      return (await post<Run>(`/workflows/${id}/runs`, { inputs, ...(repository && { repository }) }, as)).id
    },
    async finished(id: string, as: SignedIn = olga): Promise<RunState> {
      while (!over.has(id))
        await new Promise<void>((resolve) => {
          const off = hub.deps.events.on('run.finished', () => {
            off()
            resolve()
          })
        })
      return await state(id, as)
    },
    cancel: (id: string) => post(`/runs/${id}/cancel`, {}, olga),
    async log(id: string, step = '__1', as: SignedIn = olga): Promise<string> {
      const answer = await get(`/runs/${id}/log?job=a&step=${step}`, as)
      return answer.body.replace(/^\S+Z /gm, '')
    },
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]()
      await runner[Symbol.asyncDispose]()
    },
  }
}
