import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../contract/live.ts'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp } from '../support/test-app.ts'

/** A hub whose Ada makes workflows and starts them. */
async function openHub(dialect: (typeof dialects)[number]) {
  const hub = await openTestApp({ dialect })
  const ada = await hub.signIn({ login: 'ada' })
  const send = async (method: 'GET' | 'POST', url: string, payload?: object, as = ada) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as, ...(payload && { payload }) })
    expect(answer.statusCode, answer.body).toBeLessThan(300)
    return answer.json()
  }
  const create = async (source: string): Promise<string> => (await send('POST', '/workflows', { source })).id
  const start = async (workflow: string, inputs = {}, repository?: string): Promise<string> => {
    const about = { inputs, ...(repository && { repository }) }
    const { id } = await send('POST', `/workflows/${workflow}/runs`, about)
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

  it('types inputs, hands them on as texts in the event, and names run, job and steps by them', async () => {
    await using hub = await openHub(dialect)
    const workflow = await hub.create(`name: Typed
run-name: For \${{ inputs.who }}
on: {workflow_dispatch: {inputs: {who: {default: Bob}, loud: {type: boolean}, times: {type: number, default: 2}}}}
env: {A: '\${{ inputs.who }}'}
jobs:
  say:
    name: Say \${{ inputs.times }}
    outputs:
      typed: '\${{ inputs.loud == true }} \${{ toJSON(inputs.times) }}'
      texts: '\${{ toJSON(github.event.inputs.loud) }} \${{ toJSON(github.event.inputs.times) }}'
      who: '\${{ github.actor }} \${{ github.triggering_actor }} \${{ github.run_attempt }} \${{ github.job }}'
    steps: [{name: 'to \${{ env.A }}', uses: hub/set-output}]
`)
    const grace = await hub.signIn({ login: 'grace', role: 'maintainer' })
    await hub.store.write((tx) =>
      seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [hub.ada.userId, grace.userId] }),
    )
    const first = await hub.start(workflow, { loud: true, times: 3 }, 'acme/site')
    expect(await hub.state(first)).toMatchObject({
      name: 'For Bob',
      jobs: [
        {
          name: 'Say 3',
          outputs: { typed: 'true 3', texts: '"true" "3"', who: 'ada ada 1 say' },
          steps: [{ name: 'to Bob' }],
        },
      ],
    })
    const { id } = await hub.send('POST', `/runs/${first}/rerun`, undefined, grace)
    await hub.deps.engine.idle()
    const again = await hub.state(id)
    expect(again.actor).toBe('grace')
    expect(again.jobs[0]?.outputs).toMatchObject({ typed: 'true 3', who: 'ada grace 2 say' })
  })
})
