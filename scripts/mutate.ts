/**
 * Breaks the code in one place after the other and asks the tests of the same room whether they notice: the share that
 * they do is the room's score. A full run takes a day, so a sample is drawn from each room, always the same one for a
 * seed. Prints a line for each mutant and ends with the scores as JSON.
 *
 *   node scripts/mutate.ts [--sample 20] [--seed 1] [ROOM …]
 *
 * The places and what stands there instead come from StrykerJS, which is installed beside a scratch copy only: all
 * mutants are in the copy at once, and a variable of the environment switches one of them on, in every process.
 * https://stryker-mutator.io/docs/mutation-testing-elements/supported-mutators/
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const instrumenter = '@stryker-mutator/instrumenter@10.1.1'

/** What is broken, and which tests must notice: the quick ones first. */
const rooms: Record<string, { mutate: string[]; tests: string[] }> = {
  access: {
    mutate: ['src/domain/access.ts'],
    tests: [
      'tests/http/permissions',
      'tests/http/run-audience',
      'tests/http/run-rights',
      'tests/live/sockets',
    ],
  },
  'group-commit': {
    mutate: ['src/store/group-commit.ts'],
    tests: ['tests/contracts/store', 'tests/contracts/store-durability'],
  },
  queue: {
    mutate: ['src/queue/*.ts', 'src/store/tasks.ts'],
    tests: ['tests/contracts/queue', 'tests/queue', 'tests/tasks/repeating'],
  },
  live: { mutate: ['src/live/*.ts'], tests: ['tests/live', 'tests/hub/live-credentials'] },
  engine: { mutate: ['src/engine/*.ts'], tests: ['tests/engine'] },
}

/** The slowest run of the tests without a mutant, times this, is when one is taken to hang. */
const patience = 4

interface Mutant {
  id: string
  fileName: string
  mutatorName: string
  replacement: string
  ignoreReason?: string
  location: { start: { line: number; column: number } }
}

interface Score {
  mutants: number
  sample: number
  killed: number
  /** Percent of the sample. */
  score: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
})
const unknown = positionals.filter((name) => !(name in rooms))
if (unknown.length > 0) {
  console.error(`No such room: ${unknown.join(', ')}. Rooms: ${Object.keys(rooms).join(', ')}.`)
  process.exit(1)
}

const root = resolve(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'cldcde-mutants-'))
const copy = join(scratch, 'copy')
try {
  copyTree()
  const mutants = await plantMutants()
  const seed = Number(values.seed)
  const scores: Record<string, Score> = {}
  for (const name of positionals.length > 0 ? positionals : Object.keys(rooms)) {
    const ofRoom = mutants.filter(({ fileName }) => filesOf(name).includes(fileName))
    scores[name] = await judge(name, ofRoom, draw(ofRoom, Number(values.sample), seed))
  }
  console.log(JSON.stringify({ bench: 'mutation', instrumenter, seed, scores }, null, 2))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The files that git knows, with the packages of this checkout. */
function copyTree(): void {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  for (const file of files.filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}

function filesOf(name: string): string[] {
  return rooms[name]!.mutate.flatMap((pattern) => globSync(pattern, { cwd: root }))
}

/** Puts all mutants of all rooms into the copy, each behind its switch. */
async function plantMutants(): Promise<Mutant[]> {
  writeFileSync(join(scratch, 'package.json'), '{}')
  execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', instrumenter], {
    cwd: scratch,
    stdio: 'ignore',
  })
  const path = createRequire(join(scratch, 'package.json')).resolve('@stryker-mutator/instrumenter')
  const { Instrumenter } = await import(path)
  const quiet = () => {}
  const logger = { debug: quiet, info: quiet, warn: quiet, trace: quiet, isDebugEnabled: () => false }
  const files = Object.keys(rooms)
    .flatMap(filesOf)
    .map((name) => ({ name, content: readFileSync(join(root, name), 'utf8'), mutate: true }))
  const options = { plugins: null, excludedMutations: [], ignorers: [], noHeader: false }
  const planted = await new Instrumenter(logger).instrument(files, options)
  for (const { name, content } of planted.files) writeFileSync(join(copy, name), content)
  return (planted.mutants as Mutant[]).filter(({ ignoreReason }) => ignoreReason === undefined)
}

/** So many of them, by chance, but the same ones for the same seed. */
function draw(mutants: readonly Mutant[], sample: number, seed: number): Mutant[] {
  const random = mulberry32(seed)
  return mutants
    .map((mutant) => ({ mutant, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .slice(0, sample)
    .map(({ mutant }) => mutant)
}

/** https://github.com/cprosche/mulberry32 */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

async function judge(name: string, all: readonly Mutant[], sample: readonly Mutant[]): Promise<Score> {
  const began = performance.now()
  if ((await runTests(name, null, 2 ** 31 - 1)) !== 'survived')
    throw new Error(`The tests of ${name} fail without a mutant.`)
  const limitMs = patience * (performance.now() - began)
  let killed = 0
  for (const mutant of sample) {
    const { fileName, mutatorName, replacement, location } = mutant
    const result = await runTests(name, mutant.id, limitMs)
    if (result === 'killed') killed += 1
    const { line, column } = location.start
    const instead = replacement.replaceAll(/\s+/g, ' ').slice(0, 100)
    console.log(`${result}: ${fileName}:${line}:${column} ${mutatorName}: ${instead}`)
  }
  const score = Math.round((1_000 * killed) / sample.length) / 10
  return { mutants: all.length, sample: sample.length, killed, score }
}

/** Runs the tests of a room with one mutant switched on, until the first that fails. */
async function runTests(
  name: string,
  mutant: string | null,
  limitMs: number,
): Promise<'killed' | 'survived'> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  // On SQLite alone: what is broken here is the same on both, and Postgres takes five times as long.
  const args = ['--bail', '1', '--maxWorkers', '1', '--testNamePattern', '^(?!.*postgres)']
  const tests = spawn(process.execPath, [vitest, 'run', ...args, ...rooms[name]!.tests], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, ...(mutant !== null && { __STRYKER_ACTIVE_MUTANT__: mutant }) },
    detached: true, // a group of its own, so that a worker that never ends goes with it
  })
  const timer = setTimeout(() => endGroup(tests), limitMs)
  const [code] = await once(tests, 'exit')
  clearTimeout(timer)
  endGroup(tests)
  return code === 0 ? 'survived' : 'killed'
}

function endGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}
