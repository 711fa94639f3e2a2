import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../contract/live.ts'
import { type RunChange, type RunState, reduce } from '../../contract/run.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp } from '../support/test-app.ts'

/** A hub whose Ada makes workflows and starts them. */
async function openHub(dialect: (typeof dialects)[number]) {
  const hub = await openTestApp({ dialect })
  const ada = await hub.signIn({ login: 'ada' })
  const send = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as: ada, ...(payload && { payload }) })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json()
  }
  const create = async (source: string): Promise<string> => (await send('POST', '/workflows', { source })).id
  const start = async (workflow: string, inputs = {}): Promise<string> => {
    const { id } = await send('POST', `/workflows/${workflow}/runs`, { inputs })
    await hub.deps.engine.idle()
    return id
  }
  /** As the journal tells it that everybody reads. */
  const state = async (run: string): Promise<RunState> => {
    const changes: RunChange[] = []
    for (let after = 0; ; ) {
      const page: JournalEntry[] = await send('GET', `/runs/${run}/journal?limit=100&after=${after}`)
      changes.push(...(page as RunChange[]))
      if (page.length < 100) break
      after = page.at(-1)!.n
    }
    return changes.reduce<RunState | null>(reduce, null)!
  }
  return { ...hub, ada, send, create, start, state }
}

describe.each(dialects)('the language of workflows on %s', (dialect) => {
  it('makes a matrix of what a job gives, runs it and joins it', async () => {
    await using hub = await openHub(dialect)
    const workflow = await hub.create(`name: Fan
on: {workflow_dispatch: {inputs: {of: {required: true}}}}
jobs:
  list:
    outputs: {all: '\${{ steps.s.outputs.all }}'}
    steps: [{id: s, uses: hub/set-output, with: {all: '\${{ inputs.of }}'}}]
  each:
    needs: list
    strategy: {matrix: {v: '\${{ fromJSON(needs.list.outputs.all) }}'}}
    outputs: {last: '\${{ matrix.v }}'}
    steps:
      - {name: 'say \${{ matrix.v }}', uses: hub/set-output, with: {a: b}}
  join:
    needs: each
    outputs: {got: '\${{ needs.each.result }} \${{ needs.each.outputs.last }}'}
    steps: [{uses: hub/set-output}]
`)
    const all = Array.from({ length: 256 }, (_, index) => index)
    const run = await hub.start(workflow, { of: JSON.stringify(all) })
    const { conclusion, jobs } = await hub.state(run)
    expect(conclusion).toBe('success')
    expect(jobs).toHaveLength(3 + 256)
    expect(jobs.at(-1)).toMatchObject({ id: 'each.255', name: 'each (255)', steps: [{ name: 'say 255' }] })
    expect(jobs[2]?.outputs.got).toBe('success 255')

    const large = await hub.start(workflow, { of: JSON.stringify([...all, 256]) })
    expect((await hub.state(large)).jobs[1]?.error?.message).toContain('257 jobs')
  })
})
