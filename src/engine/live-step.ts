import type { RunChange } from '../../contract/run.ts'
import { decide } from '../domain/workflow/decide.ts'
import { fillCommand } from '../domain/workflow/fill-command.ts'
import { fillInputs } from '../domain/workflow/fill-inputs.ts'
import { ended, finishStep, type StepRef } from '../domain/workflow/finish-step.ts'
import { waitForRetry } from '../domain/workflow/retry.ts'
import { type Situation, stepContexts, stepState } from '../domain/workflow/run-contexts.ts'
import { stepDefinition } from '../domain/workflow/run-jobs.ts'
import { stepKind } from '../domain/workflow/step-kinds.ts'
import { stepTimeout } from '../domain/workflow/step-timeout.ts'
import type { Store } from '../store/store.ts'
import { authorizeFor } from './authorize.ts'
import type { LoadedRun } from './load-run.ts'
import { type Performed, type Performing, performStep } from './perform-step.ts'
import type { Claimant, Slots } from './slots.ts'
import type { CommandTask, PerformedKind, Steps } from './step.ts'
import type { GithubActorOf } from './steps/github-actor.ts'

export interface StepDeps {
  store: Store
  clock: () => number
  steps: Steps
  github: GithubActorOf
  slots: Slots
}

/** A command that is to end has ten seconds until it is killed; then its output is read to its end. */
const commandGraceMs = 30_000

/** Whose step it is. */
interface Owner {
  readonly run: LoadedRun
  /** Nothing new begins. */
  readonly isClosing: boolean
  /** The step has ended, or never began: what came of it is in what it `changes`. */
  onStepEnd(step: LiveStep): void
}

/**
 * One attempt at a step, from when its beginning is on disk until what came of it waits to be written: it waits for a
 * slot, is performed, and then says how the journal goes on.
 */
export class LiveStep implements Claimant, StepRef {
  readonly job: string
  readonly step: string
  readonly run: string
  readonly kind: string
  readonly #attempt: number
  readonly #owner: Owner
  readonly #deps: StepDeps
  #inputs: Record<string, string> = {}
  #command: CommandTask | null = null
  #minutes = 1
  /** When the first attempt began. */
  #startedAt = 0
  #waits = false
  #performing: Performing | undefined
  /** null: it was left to whoever takes the run up. */
  #performed: Performed | null = null
  #isOver = false

  constructor(owner: Owner, { job, step, attempt }: StepRef & { attempt: number }, deps: StepDeps) {
    this.job = job
    this.step = step
    this.run = owner.run.row.id
    this.#attempt = attempt
    this.#owner = owner
    this.#deps = deps
    this.kind = stepDefinition(owner.run, this).step.uses
  }

  begin(now: number): void {
    const { run } = this.#owner
    const { job, step } = stepDefinition(run, this)
    this.#startedAt = this.#attempt === 1 ? now : Date.parse(stepState(run.state, this).started_at ?? '')
    const contexts = () => stepContexts(run, job, step)
    const read = decide(() => ({
      ...(this.kind === 'run'
        ? fillCommand(run, job, step)
        : { inputs: fillInputs(step, contexts), command: null }),
      minutes: stepTimeout(step, contexts) ?? stepKind(this.kind)?.timeoutMinutes ?? 1,
    }))
    if (read.error) {
      this.#end({ result: ended('failure', read.error), passing: null })
      return
    }
    this.#inputs = read.value.inputs
    this.#command = read.value.command && { run: run.row, ...read.value.command }
    this.#minutes = read.value.minutes
    this.#waits = true
    this.#deps.slots.wait(this)
  }

  /** There is a slot for it. */
  enter(): void {
    const { slots, steps } = this.#deps
    this.#waits = false
    // Its turn came too late: nothing new begins while the hub closes.
    if (this.#isOver || this.#owner.isClosing) {
      slots.giveBack(this)
      if (!this.#isOver) this.#end(null)
      return
    }
    const { run } = this.#owner
    const task = {
      job: this.job,
      step: this.step,
      attempt: this.#attempt,
      inputs: this.#inputs,
      github: run.github,
      authorize: authorizeFor(run, this, this.#deps),
      startedAt: this.#startedAt,
      command: this.#command,
      hide: (text: string) => run.values?.masks?.hide(text) ?? text,
    }
    this.#performing = performStep(steps[this.kind as PerformedKind], task, {
      timeoutMs: this.#minutes * 60_000,
      graceMs: this.kind === 'run' ? commandGraceMs : 0,
      onEnd: (performed) => {
        slots.giveBack(this)
        this.#end(performed)
      },
    })
  }

  #end(performed: Performed | null): void {
    this.#isOver = true
    this.#performed = performed
    this.#owner.onStepEnd(this)
  }

  /** Stops it; it ends with this reason. */
  stop(reason: unknown): void {
    if (this.#isOver) return
    if (this.#performing) {
      this.#performing.stop(reason)
      return
    }
    if (this.#waits) this.#deps.slots.withdraw(this)
    this.#end({ result: ended('cancelled'), passing: null })
  }

  /** Leaves it to whoever takes the run up: it says nothing more. */
  abandon(reason: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#waits) this.#deps.slots.withdraw(this)
    if (!this.#performing) return
    this.#performing.abandon(reason)
    this.#deps.slots.giveBack(this)
  }

  /** How the journal goes on now that it is over. */
  changes(situation: Situation, now: number): RunChange[] {
    if (!this.#performed) return []
    const { result, passing } = this.#performed
    const retry =
      passing &&
      situation.state.cancel_requested_at === null &&
      stepKind(this.kind)?.repeatable(this.#inputs) &&
      waitForRetry({ job: this.job, step: this.step }, { error: passing, attempt: this.#attempt, now })
    return [retry || finishStep(situation, { job: this.job, step: this.step }, { result, now })]
  }
}
