import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { percentile, round, summarise } from './measure.ts'

/** A durable engine as the comparison sees it: every step is on disk before the next one begins. */
export interface EngineUnderLoad {
  /** Starts one run of ten steps and resolves when its end is on disk. */
  runOne(n: number): Promise<unknown>
  close(): Promise<unknown>
}

export const stepsOfRun = 10

/** What each step answers, in every engine. */
export const stepResult = (step: number, run: number) => ({
  ok: true,
  step,
  run,
  note: 'tiny durable step',
})

export interface EngineLoad {
  runs: number
  parallel: number
  rounds: number
  /** Runs one after the other, to see how long one takes when nothing else goes on. */
  alone: number
}

export const standardLoad: EngineLoad = { runs: 1_000, parallel: 100, rounds: 3, alone: 100 }

/** Drives an engine in this process. Throughput in steps a second, processor time (of all threads) in
 * microseconds a step, latencies in milliseconds, memory in MiB. */
export async function measureEngine(
  engine: EngineUnderLoad,
  { runs, parallel, rounds, alone }: EngineLoad = standardLoad,
): Promise<Record<string, unknown>> {
  let next = 0
  const runMany = async (count: number) => {
    let left = count
    const lane = async () => {
      while (left-- > 0) await engine.runOne(next++)
    }
    await Promise.all(Array.from({ length: Math.min(parallel, count) }, lane))
  }
  await runMany(Math.min(runs, 100))
  const perSecond: number[] = []
  const cpu: number[] = []
  const lag = monitorEventLoopDelay({ resolution: 1 })
  lag.enable()
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const used = process.cpuUsage()
    await runMany(runs)
    const { user, system } = process.cpuUsage(used)
    cpu.push((user + system) / (runs * stepsOfRun))
    perSecond.push((runs * stepsOfRun) / ((performance.now() - began) / 1_000))
  }
  lag.disable()
  const p50: number[] = []
  const p99: number[] = []
  for (let round = 0; round < rounds; round++) {
    const took: number[] = []
    for (let run = 0; run < alone; run++) {
      const began = performance.now()
      await engine.runOne(next++)
      took.push(performance.now() - began)
    }
    took.sort((a, b) => a - b)
    p50.push(percentile(took, 0.5))
    p99.push(percentile(took, 0.99))
  }
  return {
    steps_per_second: summarise(perSecond),
    cpu_us_per_step: summarise(cpu),
    run_alone_p50_ms: summarise(p50),
    run_alone_p99_ms: summarise(p99),
    loop_lag_p99_ms: round(lag.percentile(99) / 1e6),
    peak_rss_mib: round(peakMemory()),
  }
}

/** The most memory that this process has held, by the kernel's account. */
function peakMemory(): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) / 1024
}
