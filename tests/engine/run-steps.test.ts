import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { StepOutput } from '../../contract/step-output.ts'
import type { Run } from '../../contract/workflows.ts'
import { saveAccess } from '../../src/store/access.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import type { SignedIn } from '../support/test-app.ts'
import { openCommandHub } from './command-hub.ts'
import { deliver } from './engine-fixture.ts'

describe.each(dialects)('steps with run, on %s', (dialect) => {
  it('hand on what they set, and leave a log, annotations and a summary', async () => {
    await using hub = await openCommandHub({ dialect })
    const id = await hub.start(`  a:
    runs-on: ubuntu-latest
    env: {PLACE: job}
    outputs: {answer: '\${{ steps.make.outputs.answer }}'}
    steps:
      - id: make
        name: Make
        env: {WORD: step}
        run: |
          echo "answer=42" >> $GITHUB_OUTPUT
          echo "COLOUR=blue" >> $GITHUB_ENV
          echo "$PLACE $WORD"
          echo "::warning file=a.ts,line=3::Look here"
          echo "# Made" >> $GITHUB_STEP_SUMMARY
          echo here > file
      - if: env.COLOUR == 'blue' && runner.os == 'Linux'
        run: 'echo "$COLOUR \${{ steps.make.outputs.answer }} \${{ env.COLOUR }} $(cat file) $GITHUB_RUN_ID"'
      - id: bad
        run: exit 7
        continue-on-error: true
      - run: echo "\${{ steps.bad.outcome }} \${{ job.status }}"
`)
    const { conclusion, jobs } = await hub.finished(id)
    expect(jobs[0]).toMatchObject({ conclusion: 'success', outputs: { answer: '42' } })
    expect(conclusion).toBe('success')
    expect(jobs[0]!.steps[2]).toMatchObject({
      outcome: 'failure',
      error: { code: 'step_failed', message: 'Process completed with exit code 7.' },
    })
    expect(await hub.log(id, 'make')).toMatch(/##\[endgroup\]\njob step\n##\[warning\]Look here\n$/)
    expect(await hub.log(id, '__2')).toMatch(new RegExp(`\nblue 42 blue here ${id}\n$`))
    expect(await hub.log(id, '__4')).toMatch(/\nfailure success\n$/)
    const outputs = (await hub.get(`/runs/${id}/steps`)).json<StepOutput[]>()
    expect(outputs.find(({ step }) => step === 'make')).toMatchObject({
      state: 'closed',
      summary: '# Made\n',
      annotations: [{ level: 'warning', message: 'Look here', file: 'a.ts', line: 3 }],
    })
  })

  it('print more than memory holds at once, and are read from any byte on', async () => {
    await using hub = await openCommandHub({ dialect })
    const id = await hub.start(`  a:\n    steps:\n      - run: seq 1 40000`)
    expect((await hub.finished(id)).conclusion).toBe('success')
    const whole = (await hub.get(`/runs/${id}/log?job=a&step=__1`)).rawPayload
    const lines = whole.toString().trimEnd().split('\n')
    expect(lines.at(-1)).toMatch(/ 40000$/)
    expect(lines).toHaveLength(40_000 + 4)
    const after = whole.length - 1_000
    const tail = await hub.get(`/runs/${id}/log?job=a&step=__1&after=${after}`)
    expect(tail.headers).toMatchObject({ 'x-log-first': String(after), 'x-log-state': 'closed' })
    expect(tail.rawPayload.equals(whole.subarray(after))).toBe(true)
    expect((await hub.get(`/runs/${id}/log?job=a&step=__1&after=${whole.length}`)).body).toBe('')
    expect((await hub.get(`/runs/${id}/log?job=a&step=other`)).statusCode).toBe(404)
    expect((await hub.get(`/runs/${id}/log?job=a&step=__1`, hub.bob)).statusCode).toBe(404)
  })
})

describe('a command that is to end', () => {
  it('is interrupted when its run is cancelled, and may clean up', async () => {
    await using hub = await openCommandHub()
    const grew = Promise.withResolvers<void>()
    hub.deps.events.on('log.grew', () => grew.resolve())
    const id = await hub.start(`  a:
    steps:
      - run: |
          trap 'echo "cleaned=yes" >> $GITHUB_OUTPUT; echo "so long"; exit 1' INT
          echo begun
          while true; do sleep 0.1; done
      - {id: after, if: always(), run: 'echo "after: \${{ steps.__1.outputs.cleaned }}"'}`)
    await grew.promise
    while (!(await hub.log(id)).includes('begun\n')) await wait(20)
    await hub.cancel(id)
    const { conclusion, jobs } = await hub.finished(id)
    expect(conclusion).toBe('cancelled')
    expect(jobs[0]!.steps.map((step) => step.conclusion)).toEqual(['cancelled', 'success'])
    expect(await hub.log(id)).toMatch(/so long\n##\[error\]The run was cancelled\.\n$/)
    expect(await hub.log(id, 'after')).toMatch(/after: yes\n$/)
  })

  it('fails when its time is over', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(
      '  a:\n    steps:\n      - {run: sleep 600, timeout-minutes: 0.005}\n      - run: echo never',
    )
    const { jobs } = await hub.finished(id)
    expect(jobs[0]!.steps).toMatchObject([
      { conclusion: 'failure', error: { code: 'step_timeout' } },
      { conclusion: 'skipped' },
    ])
  })

  it('is stopped when the time of its job is over', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(
      '  a:\n    timeout-minutes: 0.01\n    steps:\n      - run: sleep 600\n      - run: echo never',
    )
    const { jobs } = await hub.finished(id)
    expect(jobs[0]).toMatchObject({
      error: { code: 'job_timeout' },
      steps: [{ conclusion: 'cancelled' }, { conclusion: 'skipped' }],
    })
  })

  it('runs in each job of a matrix, in a workspace of its own, where a label says so', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(`  a:
    runs-on: \${{ fromJSON(matrix.on) }}
    strategy: {fail-fast: false, matrix: {on: ['["self-hosted", "linux"]', '["macos-15"]']}}
    steps:
      - run: '[ ! -e file ] && touch file'
`)
    const { jobs } = await hub.finished(id)
    expect(
      jobs
        .filter(({ steps }) => steps.length > 0)
        .map(({ steps }) => steps[0]!.error?.code ?? steps[0]!.conclusion),
    ).toEqual(expect.arrayContaining(['success', 'cannot_run_here']))
  })
})

describe('who may run commands', () => {
  const job = '  a:\n    steps: [{run: echo hello}]'

  it('is the owner, unless the operator says otherwise', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(job, { as: hub.bob })
    expect((await hub.finished(id, hub.bob)).jobs[0]!.steps[0]).toMatchObject({
      conclusion: 'failure',
      error: { code: 'forbidden', message: expect.stringContaining("written by the hub's owner") },
    })
    const source = `on: push\njobs:\n${job}`
    const check = (as: SignedIn) =>
      hub.ask({ method: 'POST', url: '/api/v1/workflows/validate', as, payload: { source } })
    expect((await check(hub.olga)).json().problems).toEqual([])
    expect((await check(hub.bob)).json().problems).toEqual([
      { line: 4, column: 14, severity: 'warning', message: expect.stringContaining("hub's owner") },
    ])
  })

  it('may be members', async () => {
    await using hub = await openCommandHub({ commandPolicy: 'members' })
    const id = await hub.start(job, { as: hub.bob })
    expect((await hub.finished(id, hub.bob)).conclusion).toBe('success')
  })

  it('may be nobody', async () => {
    await using hub = await openCommandHub({ commandPolicy: 'off' })
    const id = await hub.start(job)
    expect((await hub.finished(id)).jobs[0]!.steps[0]!.error).toMatchObject({ code: 'forbidden' })
  })

  it('is no maker whose role was taken away', async () => {
    await using hub = await openCommandHub()
    const { id } = (
      await hub.ask({
        method: 'POST',
        url: '/api/v1/workflows',
        as: hub.olga,
        payload: { source: `on: workflow_dispatch\njobs:\n${job}` },
      })
    ).json<{ id: string }>()
    await hub.store.write((tx) =>
      tx.updateTable('users').set({ role: 'member' }).where('login', '=', 'olga').execute(),
    )
    const run = await hub.ask({
      method: 'POST',
      url: `/api/v1/workflows/${id}/runs`,
      as: hub.olga,
      payload: {},
    })
    const { jobs } = await hub.finished(run.json<Run>().id)
    expect(jobs[0]!.steps[0]!.error).toMatchObject({ code: 'forbidden' })
  })
})

describe('events of others', () => {
  const repo = { id: 1, full_name: 'acme/site' }
  const pull = (head: number | null, author_association: string) => ({
    action: 'opened',
    repository: repo,
    sender: { login: 'stranger' },
    pull_request: {
      number: 7,
      author_association,
      head: { ref: 'topic', sha: 'a', repo: head === null ? null : { id: head } },
      base: { ref: 'main', repo: { id: 1 } },
    },
  })

  it.each([
    ['of a fork', 'pull_request', pull(2, 'OWNER'), 'forks'],
    ['of a fork that is gone', 'pull_request', pull(null, 'OWNER'), 'forks'],
    ['of a fork, by the event that has secrets on GitHub', 'pull_request_target', pull(2, 'MEMBER'), 'forks'],
    ['of somebody who may only read', 'pull_request', pull(1, 'CONTRIBUTOR'), 'may not write'],
    ['of a collaborator', 'pull_request', pull(1, 'COLLABORATOR'), null],
  ])('run no command unless its author may write: %s', async (_, event, payload, refused) => {
    await using hub = await openCommandHub()
    await hub.store.write((tx) =>
      seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [hub.olga.userId] }),
    )
    const answer = await hub.ask({
      method: 'POST',
      url: '/api/v1/workflows',
      as: hub.olga,
      payload: { source: `on: ${event}\njobs:\n  a:\n    steps: [{run: echo hello}]` },
    })
    expect(answer.statusCode).toBe(201)
    const { engine } = hub.deps
    const delivered = { id: 'guid', event: 'pull_request', action: 'opened', payload }
    const [id] = await deliver({ store: hub.store, engine }, delivered)
    const [step] = (await hub.finished(id!)).jobs[0]!.steps
    if (refused === null) expect(step).toMatchObject({ conclusion: 'success', error: null })
    else expect(step!.error).toMatchObject({ code: 'forbidden', message: expect.stringContaining(refused) })
  })
})

describe('what somebody else says', () => {
  const on = '{workflow_dispatch: {inputs: {who: {}}}}'

  it.each(['$(touch pwned)', '`id`', 'a; id', "x' y", 'a\nb', '--upload', ' --upload', 'a -rf'])(
    'does not become code: %s',
    async (who) => {
      await using hub = await openCommandHub()
      const id = await hub.start(
        `  a:\n    steps:\n      - {run: 'echo "hi \${{ inputs.who }}"'}\n      - {if: always(), env: {WHO: '\${{ inputs.who }}'}, run: 'printf "%s" "$WHO"'}`,
        { on, inputs: { who } },
      )
      const { jobs } = await hub.finished(id)
      expect(jobs[0]!.steps[0]!.error).toMatchObject({
        code: 'expression_failed',
        message: expect.stringContaining("'inputs.who'"),
      })
      expect((await hub.log(id, '__2')).split('##[endgroup]\n')[1]).toBe(`${who}\n`)
    },
  )

  it('does not become code by way of a matrix, whose own words may', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(
      `  given:
    strategy: {matrix: {who: ['\${{ inputs.who }}']}}
    steps: [{run: 'echo \${{ matrix.who }}'}]
  written:
    strategy: {matrix: {greet: ['$(echo hello)']}}
    steps: [{run: 'test \${{ matrix.greet }} = hello'}]`,
      { on, inputs: { who: '$(touch pwned)' } },
    )
    const steps = (await hub.finished(id)).jobs.flatMap((job) => job.steps)
    expect(steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success'])
    expect(steps[0]!.error).toMatchObject({
      code: 'expression_failed',
      message: expect.stringContaining("'matrix.who'"),
    })
  })

  it('does not become the shell', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(
      `  a:\n    defaults: {run: {shell: '\${{ inputs.who }}'}}\n    steps: [{run: echo hello}]`,
      { on, inputs: { who: "bash -c 'touch pwned' {0}" } },
    )
    expect((await hub.finished(id)).jobs[0]!.steps[0]!.error).toMatchObject({
      code: 'expression_failed',
      message: expect.stringContaining("'inputs.who'"),
    })
  })

  it('does not become another header of a request', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(
      `  a:
    steps:
      - uses: http/request
        with: {url: 'http://127.0.0.1:1/', headers: "X-Who: \${{ inputs.who }}\\nX-More: 1"}
      - if: always()
        uses: http/request
        with: {url: 'http://127.0.0.1:1/', headers: '\${{ inputs.who }}'}`,
      { on, inputs: { who: 'X: mona\nAuthorization: Bearer mine' } },
    )
    const [within, whole] = (await hub.finished(id)).jobs[0]!.steps
    expect(within!.error).toMatchObject({
      code: 'expression_failed',
      message: expect.stringContaining("'inputs.who'"),
    })
    // Who leaves all of them to somebody else has said so.
    expect(whole!.error).toMatchObject({ code: 'blocked_address' })
  })

  it.each(['variables', 'secrets'])('does not become code by way of %s', async (table) => {
    await using hub = await openCommandHub()
    const ann = await hub.signIn({ login: 'ann' })
    await hub.store.write(async (tx) => {
      await seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [] })
      for (const [{ userId }, permission] of [
        [ann, 'admin'],
        [hub.olga, 'push'],
      ] as const)
        await saveAccess(tx, [{ user_id: userId, repository_id: 1, permission, synced_at: 1 }])
    })
    const set = await hub.ask({
      method: 'PUT',
      url: `/api/v1/${table}/WORD?repository=acme/site`,
      as: ann,
      payload: { value: '$(touch pwned)' },
    })
    expect(set.statusCode, set.body).toBe(204)
    const word = `\${{ ${table === 'secrets' ? 'secrets' : 'vars'}.WORD }}`
    const id = await hub.start(`  a:\n    steps: [{run: 'echo ${word}'}]`, { repository: 'acme/site' })
    expect((await hub.finished(id)).jobs[0]!.steps[0]!.error).toMatchObject({ code: 'expression_failed' })
  })

  it('may be a plain word', async () => {
    await using hub = await openCommandHub()
    const id = await hub.start(`  a:\n    steps: [{run: 'echo "hi \${{ inputs.who }}"'}]`, {
      on,
      inputs: { who: 'Émile v1.2 - the well-known' },
    })
    await hub.finished(id)
    expect(await hub.log(id)).toMatch(/hi Émile v1\.2 - the well-known\n$/)
  })
})

it.each([
  ['windows-latest', "'windows-latest'"],
  ['[self-hosted, gpu]', "'gpu'"],
])('runs-on %s cannot be had here', async (label, named) => {
  await using hub = await openCommandHub()
  const id = await hub.start(`  a:\n    runs-on: ${label}\n    steps: [{run: echo never}]`)
  expect((await hub.finished(id)).jobs[0]!.steps[0]!.error).toMatchObject({
    code: 'cannot_run_here',
    message: expect.stringContaining(named),
  })
})
