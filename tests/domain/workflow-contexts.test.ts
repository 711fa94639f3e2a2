import { describe, expect, it } from 'vitest'
import type { RunIdentity } from '../../contract/run.ts'
import { githubContext } from '../../src/domain/workflow/github-context.ts'
import { definitionOf, simulateRun } from './simulated-run.ts'

const identity: RunIdentity = {
  id: 'r1',
  workflow_id: 'w1',
  workflow_name: 'Ship',
  version: 1,
  number: 7,
  attempt: 2,
  name: 'Ship',
  event: 'push',
  repository: 'acme/site',
  delivery_id: null,
  actor: 'hubot',
  first_actor: 'octocat',
  cause_depth: 0,
}
const push = {
  ref: 'refs/tags/v1',
  after: 'abc',
  repository: { id: 12, full_name: 'acme/site', owner: { id: 3, login: 'acme' } },
  sender: { id: 5, login: 'octocat' },
}

describe('the context github', () => {
  it('says what GitHub says, ids and numbers as texts', () => {
    const { event: _, ...context } = githubContext(identity, push)
    expect(context).toEqual({
      event_name: 'push',
      actor: 'octocat',
      actor_id: '5',
      triggering_actor: 'hubot',
      repository: 'acme/site',
      repository_id: '12',
      repository_owner: 'acme',
      repository_owner_id: '3',
      repositoryUrl: 'git://github.com/acme/site.git',
      ref: 'refs/tags/v1',
      ref_name: 'v1',
      ref_type: 'tag',
      head_ref: '',
      base_ref: '',
      sha: 'abc',
      workflow: 'Ship',
      run_id: 'r1',
      run_number: '7',
      run_attempt: '2',
      server_url: 'https://github.com',
      api_url: 'https://api.github.com',
      graphql_url: 'https://api.github.com/graphql',
    })
  })

  it('of a server of one’s own has its addresses', () => {
    const addresses = { server_url: 'https://git.acme.io', api_url: 'https://git.acme.io/api/v3' }
    expect(githubContext(identity, {}, addresses)).toMatchObject({
      ...addresses,
      graphql_url: 'https://git.acme.io/api/graphql',
      ref_type: '',
      repository_id: '',
    })
    const inside = { server_url: 'http://git.acme', api_url: 'http://git.acme/api/v3' }
    expect(githubContext(identity, push, inside).repositoryUrl).toBe('git://git.acme/acme/site.git')
  })

  it('names by its id only who it names: the event may be another’s', () => {
    const mona = { ...push, sender: { id: 9, login: 'mona' } }
    expect(githubContext(identity, mona)).toMatchObject({ actor: 'octocat', actor_id: '' })
  })

  it('of a pull request has its head', () => {
    const pull_request = { number: 8, head: { ref: 'topic', sha: 'def' }, base: { ref: 'main' } }
    expect(githubContext({ ...identity, event: 'pull_request' }, { pull_request })).toMatchObject({
      ...{ ref: 'refs/pull/8/head', ref_name: '8/head', ref_type: 'branch', sha: 'def' },
      ...{ head_ref: 'topic', base_ref: 'main' },
    })
  })
})

const request = '{id: s, uses: http/request, with: {url: b}}'

describe('the status of a job', () => {
  const said = 'outputs: {said: "${{ steps.said.outputs.status }}"}'
  const say = '{id: said, if: always(), uses: hub/set-output, with: {status: "${{ job.status }}"}}'
  const run = () =>
    simulateRun(
      definitionOf(
        `on: push\njobs:\n  a:\n    ${said}\n    steps: [${request}, {uses: hub/set-output}, ${say}]`,
      ),
    )

  it.each(['success', 'failure'] as const)('is what came of its steps: %s', (outcome) => {
    const simulation = run()
    simulation.finish({ job: 'a', step: 's' }, { outcome })
    expect(simulation.state().jobs[0]?.outputs.said).toBe(outcome)
  })

  it('is cancelled where its matrix stops it, which is no cancelled run', () => {
    const simulation = simulateRun(
      definitionOf(
        `on: push\njobs:\n  a:\n    strategy: {matrix: {v: [1, 2]}}\n    ${said}\n    steps: [${request}, ${say}]`,
      ),
    )
    simulation.finish({ job: 'a.1', step: 's' }, { outcome: 'failure' })
    expect(simulation.stopping()).toEqual([{ job: 'a.0', step: 's' }])
    simulation.finish({ job: 'a.0', step: 's' }, { outcome: 'cancelled' })
    expect(simulation.state().jobs.map(({ outputs }) => outputs.said)).toEqual([
      undefined,
      'cancelled',
      'failure',
    ])
  })

  it('is cancelled once it is, whether a step was stopped or ended well meanwhile', () => {
    for (const outcome of ['cancelled', 'success'] as const) {
      const simulation = run()
      simulation.cancel()
      simulation.finish({ job: 'a', step: 's' }, { outcome })
      expect(simulation.state().jobs[0]?.outputs.said).toBe('cancelled')
    }
  })
})

describe('defaults of commands', () => {
  it('are of the workflow, of the job, and of the step, the narrower winning', () => {
    const { jobs } = definitionOf(`on: push
defaults: {run: {shell: sh, working-directory: src}}
jobs:
  a: {defaults: {run: {shell: python}}, steps: [{run: a}, {run: b, shell: bash}, {uses: hub/set-output}]}
  b: {steps: [{run: c}]}`)
    expect(jobs.flatMap(({ steps }) => steps.map((step) => step.with))).toEqual([
      { run: 'a', shell: 'python', 'working-directory': 'src' },
      { run: 'b', shell: 'bash', 'working-directory': 'src' },
      {},
      { run: 'c', shell: 'sh', 'working-directory': 'src' },
    ])
  })
})
