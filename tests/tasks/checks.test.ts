import { describe, expect, it } from 'vitest'
import type { Deployment } from '../../contract/deployments.ts'
import { kindNamed } from '../../src/mirror/kinds.ts'
import { withChecks } from '../../src/store/checks.ts'
import { withStatuses } from '../../src/store/deployments.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import { exampleOf, examples, send } from '../support/github-server.ts'
import { compare, connect, type MirrorOfOne } from '../support/mirror-of-one.ts'
import { dialects } from '../support/temp-store.ts'

type Json = Record<string, unknown>

const sha = 'c'.repeat(40)
const minute = (minutes: number) => `2026-01-01T00:${String(minutes).padStart(2, '0')}:00Z`

function pullOf(number: number, more: Json = {}): Json {
  const pull = exampleOf('pull_request', 'pull_request')
  return { ...pull, id: number, number, state: 'open', head: { ...(pull.head as Json), sha }, ...more }
}
function runOf(id: number, more: Json = {}): Json {
  const times = { started_at: minute(1), completed_at: null }
  return { ...exampleOf('check_run', 'check_run'), ...times, id, head_sha: sha, name: `check ${id}`, ...more }
}
function statusOf(id: number, more: Json = {}): Json {
  const { sender, ...status } = structuredClone(examples.find(({ name }) => name === 'status')!.examples[0]!)
  return { ...status, creator: sender, id, context: 'coverage', ...more }
}

const about = (hub: MirrorOfOne) => ({ repository: hub.planted.repository, sender: hub.mona })

async function checksOf(hub: MirrorOfOne) {
  const [item] = await withChecks(hub.store.read, [{}], () => ({ repositoryId: 1, sha }))
  return item?.checks
}
async function listed(hub: MirrorOfOne, kind: string, under?: { column: string; value: number | string }) {
  const page = { userId: hub.userId, repositoryId: 1, limit: 100, under }
  return (await listItems(hub.store.read, kindNamed(kind)!, page)).items
}

describe.each(dialects)('checks of a commit on %s', (dialect) => {
  it('are read for open pull requests, told by webhooks, and put together as GitHub does', async () => {
    await using hub = await connect({
      dialect,
      plant({ pulls, others }) {
        pulls.push(pullOf(1), pullOf(2, { state: 'closed', head: { ref: 'old', sha: 'd'.repeat(40) } }))
        others.set(`commits/${sha}/check-runs`, [
          runOf(11, { status: 'completed', conclusion: 'success', completed_at: minute(2) }),
        ])
        others.set(`commits/${sha}/statuses`, [statusOf(21, { state: 'success' })])
      },
    })
    expect(await checksOf(hub)).toEqual({ sha, state: 'success', total: 2, failed: 0, pending: 0 })
    expect(hub.github.asked.filter(({ path }) => path.includes('d'.repeat(40)))).toEqual([])
    expect(await listed(hub, 'commit_status', { column: 'sha', value: sha })).toMatchObject([
      { id: 21, sha, context: 'coverage' },
    ])

    const told = (run: Json) => ({
      event: 'check_run',
      payload: { action: 'created', check_run: run, ...about(hub) },
    })
    await hub.deliver(told(runOf(12, { status: 'in_progress', started_at: minute(3) })))
    expect(await checksOf(hub)).toMatchObject({ state: 'pending', total: 3, pending: 1 })
    // A second of the same name and app takes the place of the first.
    await hub.deliver(
      told(
        runOf(13, { name: 'check 12', status: 'completed', conclusion: 'failure', completed_at: minute(4) }),
      ),
      {
        event: 'status',
        payload: { ...statusOf(22, { state: 'pending', sha }), name: 'acme/hello', ...about(hub) },
      },
    )
    expect(await checksOf(hub)).toEqual({ sha, state: 'failure', total: 3, failed: 1, pending: 1 })
    expect(await hub.changes('check_run.updated')).toMatchObject([
      { topic: 'repo:1', check_run: { id: 12 } },
      { check_run: { id: 13, conclusion: 'failure' } },
    ])
    expect(await hub.changes('commit_status.updated')).toMatchObject([{ commit_status: { id: 22, sha } }])
    expect(await listed(hub, 'check_suite', { column: 'head_sha', value: sha })).toEqual([])
    const suite = runOf(12).check_suite as { id: number; head_sha: string }
    expect(await listed(hub, 'check_suite', { column: 'head_sha', value: suite.head_sha })).toMatchObject([
      { id: suite.id },
    ])
  })

  it('never go back, and begin anew when they are asked for again', async () => {
    await using hub = await connect({ dialect })
    const life = [
      runOf(1, { status: 'queued', started_at: minute(1) }),
      runOf(1, { status: 'in_progress', started_at: minute(2) }),
      runOf(1, {
        status: 'completed',
        conclusion: 'failure',
        started_at: minute(2),
        completed_at: minute(5),
      }),
      runOf(1, { status: 'in_progress', started_at: minute(6) }),
    ].map((check_run) => ({ event: 'check_run', payload: { action: 'x', check_run, ...about(hub) } }))
    const stands = async () => (await listed(hub, 'check_run'))[0] as { status: string; started_at: string }
    await hub.deliver(life[2]!, life[0]!, life[1]!)
    expect(await stands()).toMatchObject({ status: 'completed' })
    await hub.deliver(life[3]!, life[2]!)
    expect(await stands()).toMatchObject({ status: 'in_progress', conclusion: null })
  })

  it('that the asker may not see do not keep pull requests from being read', async () => {
    await using hub = await connect({ dialect, plant: ({ pulls }) => pulls.push(pullOf(1)) })
    hub.github.instead(/check-runs/, (_, response) => send(response, 403, { message: 'Not accessible' }))
    hub.planted.pulls.unshift(pullOf(3, { updated_at: '2030-01-01T00:00:00Z' }))
    await compare(hub)
    expect(await listed(hub, 'pull_request')).toMatchObject([{ number: 3 }, { number: 1 }])
  })
})

describe.each(dialects)('deployments on %s', (dialect) => {
  const deploymentOf = (id: number, more: Json = {}) => ({
    ...exampleOf('deployment', 'deployment'),
    id,
    created_at: minute(id),
    updated_at: minute(id),
    ...more,
  })
  const stateOf = (id: number, state: string): Json => ({
    ...exampleOf('deployment_status', 'deployment_status'),
    id,
    state,
  })

  it('are listed with their latest status, read or told', async () => {
    await using hub = await connect({
      dialect,
      plant({ others }) {
        others.set('deployments', [deploymentOf(2), deploymentOf(1)])
        others.set('deployments/1/statuses', [stateOf(12, 'success'), stateOf(11, 'in_progress')])
        others.set('environments', [
          {
            id: 5,
            name: 'production',
            html_url: 'https://github.example/acme/hello/deployments/production',
            created_at: minute(0),
            updated_at: minute(0),
            protection_rules: [{ id: 1, node_id: 'x', type: 'required_reviewers' }],
          },
        ])
      },
    })
    const shown = async () => {
      const items = (await listed(hub, 'deployment')) as Deployment[]
      return (await withStatuses(hub.store.read, { repositoryId: 1, items })).map(({ id, status }) => [
        id,
        status?.state,
      ])
    }
    expect(await shown()).toEqual([
      [2, undefined],
      [1, 'success'],
    ])
    await hub.deliver({
      event: 'deployment_status',
      payload: {
        action: 'created',
        deployment_status: stateOf(13, 'queued'),
        deployment: deploymentOf(3),
        ...about(hub),
      },
    })
    expect(await shown()).toEqual([
      [3, 'queued'],
      [2, undefined],
      [1, 'success'],
    ])
    expect(await hub.changes('deployment_status.updated')).toMatchObject([
      { deployment_status: { id: 13, deployment_id: 3, state: 'queued' } },
    ])
    expect(await listed(hub, 'environment')).toMatchObject([
      { name: 'production', protection_rules: ['required_reviewers'] },
    ])
    hub.planted.others.set('environments', [])
    await compare(hub)
    expect(await listed(hub, 'environment')).toEqual([])
  })
})
