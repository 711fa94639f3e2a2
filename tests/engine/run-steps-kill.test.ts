import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { RunState } from '../../contract/run.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startChild } from '../support/child.ts'
import { tempFolder } from '../support/temp-store.ts'
import type { Instructions } from './command-process.ts'
import { addWorkflow, seed, stateOf } from './engine-fixture.ts'

/**
 * The first step ends, the second is killed with its hub while three of its processes run: its shell, one in its group and
 * one that left it.
 */
const source = (effects: string, hub: string) => `on: workflow_dispatch
jobs:
  a:
    steps:
      - run: |
          echo first >> ${effects}/done
          echo "WORD=kept" >> $GITHUB_ENV
          mkdir bin && echo "$PWD/bin" >> $GITHUB_PATH
          echo left > file
      - run: |
          echo "second $WORD $(cat file)" >> ${effects}/done
          [ "$(wc -l < ${effects}/done)" -gt 2 ] && echo "$PATH" > ${effects}/path && exit 0
          sleep 600 &
          echo $! > ${effects}/in-group
          setsid sleep 600 &
          echo $! > ${effects}/escaped
          echo $$ > ${effects}/shell
          wait
${hub}`

async function killWhileItRuns(hub: string) {
  const { dataDir, remove } = await tempFolder()
  const effects = mkdtempSync(join(tmpdir(), 'cldcde-effects-'))
  chmodSync(effects, 0o777)
  const apart = mkdtempSync(join(tmpdir(), 'cldcde-runner-'))
  chmodSync(apart, 0o711)
  const root = join(apart, 'jobs')
  try {
    const before = await openStore({ dataDir })
    await seed(before)
    const workflowId = await addWorkflow(before, source(effects, hub))
    await before.close()

    const child = live({ dataDir, root, workflowId })
    const pidOf = async (name: string) => {
      while (!existsSync(join(effects, 'shell'))) await wait(20)
      return Number(readFileSync(join(effects, name), 'utf8'))
    }
    const [shell, inGroup, escaped] = [await pidOf('shell'), await pidOf('in-group'), await pidOf('escaped')]
    expect([shell, inGroup, escaped].map(isAlive)).toEqual([true, true, true])
    await child.end('SIGKILL')
    // Nobody has to start anew for that.
    while (isAlive(shell) || isAlive(inGroup)) await wait(20)
    const survived = isAlive(escaped)

    const last = live({ dataDir, root, workflowId: null })
    expect(await last.ended(), last.output()).toBe(0)
    const store = await openStore({ dataDir })
    const { id } = await store.read.selectFrom('runs').select('id').executeTakeFirstOrThrow()
    const state: RunState = await stateOf(store, id)
    await store.close()
    const path = existsSync(join(effects, 'path')) ? readFileSync(join(effects, 'path'), 'utf8') : ''
    return {
      steps: state.jobs[0]!.steps,
      done: readFileSync(join(effects, 'done'), 'utf8').trim().split('\n'),
      path,
      escaped: { survived, isAlive: isAlive(escaped) },
      folders: existsSync(root) ? readdirSync(root) : [],
    }
  } finally {
    for (const folder of [effects, apart]) rmSync(folder, { recursive: true, force: true })
    await remove()
  }
}

function live(instructions: Instructions) {
  return startChild([join(import.meta.dirname, 'command-process.ts'), JSON.stringify(instructions)], {
    env: process.env,
  })
}

/** One that is over and waits to be buried is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

it('a killed hub takes its commands with it, and does not repeat one of which nobody knows how far it came', async () => {
  const { steps, done, escaped, folders } = await killWhileItRuns('')
  expect(done).toEqual(['first', 'second kept left'])
  expect(steps).toMatchObject([
    { conclusion: 'success', attempt: 1 },
    { conclusion: 'failure', attempt: 1, error: { code: 'step_unknown' } },
  ])
  expect(escaped).toEqual({ survived: true, isAlive: false })
  expect(folders).toEqual([])
}, 120_000)

it('it is repeated where the workflow says that it may be, in what the steps before have left', async () => {
  const { steps, done, path, escaped } = await killWhileItRuns('        hub: {repeatable: true}')
  expect(done).toEqual(['first', 'second kept left', 'second kept left'])
  expect(path).toMatch(/work\/bin:/)
  expect(steps).toMatchObject([
    { conclusion: 'success', attempt: 1 },
    { conclusion: 'success', attempt: 2 },
  ])
  expect(escaped.isAlive).toBe(false)
}, 120_000)

it('would be noticed: a process that nobody watches outlives whoever started it', async () => {
  const script =
    "const c = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }); console.log(c.pid)"
  const parent = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000)`])
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (text) => resolve(Number(text))),
  )
  const over = new Promise((resolve) => parent.once('close', resolve))
  parent.kill('SIGKILL')
  await over
  expect(isAlive(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})
