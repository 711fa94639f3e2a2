/**
 * The hub's engine beside other durable engines and beside the least that such an engine can do, in one run on one
 * machine: 1,000 runs of ten steps, 100 at a time, every step on disk before the next; then runs one after the other.
 * Each round gives each of them a process of its own and a fresh folder. Prints JSON: medians over the rounds, and
 * the ratio of each to the probe.
 *
 *   node bench/compare.ts [--rounds 3] [PEER …]
 *
 * The products are installed into bench/peers when missing; DBOS gets a Postgres of its own that waits for its disk.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { ownPostgres } from '../tests/support/postgres-server.ts'
import { describeMachine, summarise } from './support/measure.ts'
import { startFlags } from './support/start-flags.ts'

const peers = ['probe', 'hub', 'dbos', 'openworkflow'] as const
type Peer = (typeof peers)[number]

interface Figures {
  steps_per_second: { median: number }
  run_alone_p50_ms: { median: number }
  run_alone_p99_ms: { median: number }
  loop_lag_p99_ms: number
  peak_rss_mib: number
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' } },
})
const chosen = peers.filter(
  (peer) => peer === 'probe' || positionals.length === 0 || positionals.includes(peer),
)
const folder = join(import.meta.dirname, 'peers')
if (!existsSync(join(folder, 'node_modules'))) {
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

const scratch = mkdtempSync(join(tmpdir(), 'cldcde-compare-'))
const durable = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on']
const postgres = chosen.includes('dbos') ? await ownPostgres(durable) : null
const figures = new Map<Peer, Figures[]>(chosen.map((peer) => [peer, []]))
try {
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const peer of chosen) figures.get(peer)!.push(await measure(peer, round))
  }
} finally {
  await postgres?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
}

async function measure(peer: Peer, round: number): Promise<Figures> {
  const home = mkdtempSync(join(scratch, `${peer}-`))
  const database = peer === 'dbos' ? [postgres!.url.replace('/postgres?', `/dbos_${round}?`)] : []
  const flags = peer === 'hub' ? startFlags : []
  const args = [...flags, join(folder, 'measure-peer.ts'), peer, home, ...database]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures
}

const median = (all: readonly number[]) => summarise(all).median
const reference = figures.get('probe')!
const over = (peer: Peer, of: (figures: Figures) => number) =>
  Math.round((100 * median(figures.get(peer)!.map(of))) / median(reference.map(of))) / 100

console.log(
  JSON.stringify(
    {
      bench: 'compare',
      ...describeMachine(),
      engines: Object.fromEntries(
        chosen.map((peer) => {
          const of = figures.get(peer)!
          return [
            peer,
            {
              steps_per_second: summarise(of.map(({ steps_per_second }) => steps_per_second.median)),
              run_alone_p50_ms: summarise(of.map(({ run_alone_p50_ms }) => run_alone_p50_ms.median)),
              run_alone_p99_ms: summarise(of.map(({ run_alone_p99_ms }) => run_alone_p99_ms.median)),
              loop_lag_p99_ms: summarise(of.map(({ loop_lag_p99_ms }) => loop_lag_p99_ms)),
              peak_rss_mib: summarise(of.map(({ peak_rss_mib }) => peak_rss_mib)),
              ratio_to_probe: {
                steps_per_second: over(peer, ({ steps_per_second }) => steps_per_second.median),
                run_alone_p50_ms: over(peer, ({ run_alone_p50_ms }) => run_alone_p50_ms.median),
              },
            },
          ]
        }),
      ),
    },
    null,
    2,
  ),
)
