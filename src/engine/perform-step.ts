import type { Outputs } from '../../contract/run.ts'
import { boundedOutputs, boundedText } from '../domain/workflow/bound-result.ts'
import { ended, type StepResult } from '../domain/workflow/finish-step.ts'
import type { PassingError } from '../domain/workflow/retry.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import type { Perform, StepOutput, StepTask } from './step.ts'

/** How a step ended, and with an error that may pass what is to be known before it is tried again. */
export interface Performed {
  result: StepResult
  passing: PassingError | null
}

/** A step that is being performed. */
export interface Performing {
  /** Aborts its signal, and ends it with this reason: whatever it still answers is ignored. */
  stop(reason: unknown): void
  /** The same, and nobody is told of an end. */
  abandon(reason: unknown): void
}

interface Options {
  timeoutMs: number
  /** Stopped, it is waited for so long: it ends what it has begun, and its outputs count. 0: it is over at once. */
  graceMs?: number
  /** Called once, never within `performStep` itself, with how it ended. */
  onEnd(performed: Performed): void
}

/** Performs a step; never throws. When its time is over it is stopped: a step that goes on after that is not waited for. */
export function performStep(
  perform: Perform,
  task: Omit<StepTask, 'signal'>,
  { timeoutMs, graceMs = 0, onEnd }: Options,
): Performing {
  const performing = new Performance(task, { graceMs, onEnd })
  performing.begin(perform, timeoutMs)
  return performing
}

/** The task as the step kind sees it. Steps are many: what most of them never look at is made when they do. */
class Performance implements StepTask, Performing {
  readonly job: string
  readonly step: string
  readonly attempt: number
  readonly inputs: StepTask['inputs']
  readonly github: StepTask['github']
  readonly authorize: StepTask['authorize']
  readonly startedAt: number
  readonly command: StepTask['command']
  readonly hide: StepTask['hide']
  readonly #onEnd: Options['onEnd']
  readonly #graceMs: number
  #controller: AbortController | undefined
  #timer: NodeJS.Timeout | undefined
  /** It is over; `reason`: why it was stopped. */
  #isOver = false
  #reason: unknown

  constructor(
    task: Omit<StepTask, 'signal'>,
    { graceMs, onEnd }: { graceMs: number; onEnd: Options['onEnd'] },
  ) {
    this.job = task.job
    this.step = task.step
    this.attempt = task.attempt
    this.inputs = task.inputs
    this.github = task.github
    this.authorize = task.authorize
    this.startedAt = task.startedAt
    this.command = task.command
    this.hide = task.hide
    this.#graceMs = graceMs
    this.#onEnd = onEnd
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  begin(perform: Perform, timeoutMs: number): void {
    this.#timer = setTimeout(stopLate, timeoutMs, this, timeoutMs)
    attempt(perform, this).then(
      (output) =>
        this.#end(
          this.#reason === undefined ? done(output, this.hide) : stopped(this.#reason, output, this.hide),
        ),
      (error) => this.#end(failed(this.#reason ?? error, this.hide)),
    )
  }

  stop(reason: unknown): void {
    if (this.#isOver || this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    clearTimeout(this.#timer)
    const end = () => this.#end(failed(reason, this.hide))
    if (this.#graceMs === 0) end()
    else this.#timer = setTimeout(end, this.#graceMs)
  }

  abandon(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#reason = reason
    clearTimeout(this.#timer)
    this.#controller?.abort(reason)
  }

  #end(performed: Performed): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#onEnd(performed)
  }
}

function stopLate(performing: Performing, timeoutMs: number): void {
  performing.stop(coded('step_timeout', `The step took longer than ${timeoutMs / 60_000} minutes.`))
}

type Hide = StepTask['hide']

/** What throws at once fails like what rejects. */
async function attempt(perform: Perform, task: StepTask): Promise<StepOutput> {
  return await perform(task)
}

function done(output: StepOutput, hide: Hide): Performed {
  if (!output.error) return { result: { ...leftBy(output, hide), outcome: 'success' }, passing: null }
  const { result, passing } = failed(output.error, hide)
  return { result: { ...leftBy(output, hide), outcome: result.outcome, error: result.error }, passing }
}

/** It was to end, and did by itself. */
function stopped(reason: unknown, output: StepOutput, hide: Hide): Performed {
  const { result, passing } = failed(reason, hide)
  return { result: { ...leftBy(output, hide), outcome: result.outcome, error: result.error }, passing }
}

/** Before anything is cut: half a secret nobody would know. */
function leftBy({ outputs, log, env }: StepOutput, hide: Hide): Omit<StepResult, 'outcome'> {
  const bounded = (texts: Outputs) =>
    boundedOutputs(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, hide(text)])))
  const isEmpty = env === undefined || Object.keys(env).length === 0
  return {
    outputs: outputs ? bounded(outputs) : {},
    log: log ? boundedText(hide(log)) : '',
    error: null,
    ...(!isEmpty && { env: bounded(env) }),
  }
}

function failed(error: unknown, hide: Hide): Performed {
  if (isCoded(error, 'step_cancelled')) return { result: ended('cancelled'), passing: null }
  const code = isCoded(error) ? error.code : 'step_failed'
  const reason = { code, message: boundedText(hide(messageOf(error)), 2_000) }
  const passes = isCoded(error) && error.retryable
  return {
    result: ended('failure', reason),
    passing: passes ? { ...reason, afterMs: error.retryAfterMs } : null,
  }
}
