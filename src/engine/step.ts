import type { Outputs } from '../../contract/run.ts'
import type { Right } from '../domain/access.ts'
import type { Effect } from '../domain/effects.ts'
import type { StepRef } from '../domain/workflow/finish-step.ts'
import type { GithubContext } from '../domain/workflow/github-context.ts'
import type { StepKindName } from '../domain/workflow/step-kinds.ts'
import type { CodedError } from '../errors.ts'
import type { OwnedRun } from '../store/runs.ts'

/** What a step kind is given to do its work. */
export interface StepTask extends StepRef {
  /** Above 1: an earlier attempt ended with its process, perhaps after it had its effect. */
  attempt: number
  /** `with:`, its expressions filled in. */
  inputs: Readonly<Record<string, string>>
  github: GithubContext
  /**
   * The only way to GitHub: asks for a repository to act in, as `owner/name`. Throws `forbidden` when this run may not,
   * `github_not_connected` when its maker's token is missing or refused.
   */
  authorize: Authorize
  /** When the first attempt began, in milliseconds. */
  startedAt: number
  /** Aborts when the run is cancelled or the step's time is over. */
  signal: AbortSignal
  /** Of a step with `run`. */
  command: CommandTask | null
  /** Hides what the secrets of its run hold: for texts that are cut, as nobody knows half a secret. */
  hide: (text: string) => string
}

/** What a command needs to know of its run. */
export interface CommandTask {
  run: OwnedRun
  /** `env` of workflow, job and step, and what steps before have set. */
  env: Readonly<Record<string, string>>
  /** Values that its output may not show. */
  masks: readonly string[]
  /** Labels of `runs-on`. */
  labels: readonly string[]
  /** Commands of this job have run before. */
  resumes: boolean
}

export type Authorize = (repository: string, right: Right) => Promise<Target>

/** A repository that a step may act in, and GitHub there as the run's maker may use it. */
export interface Target {
  /**
   * One REST request that reads, for example `('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', { … })`;
   * `owner` and `repo` are filled in. Throws the `github_…` errors of the table.
   */
  read(
    route: `GET ${InRepository}`,
    parameters: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Answer>
  /** The same for a request that changes something; `effects` are what webhooks will tell of it. */
  act(
    route: `${'POST' | 'PUT' | 'PATCH' | 'DELETE'} ${InRepository}`,
    parameters: Record<string, unknown>,
    options: { signal: AbortSignal; effects: readonly Effect[] },
  ): Promise<Answer>
}

type InRepository = `/repos/{owner}/{repo}/${string}`

interface Answer {
  status: number
  data: unknown
}

export interface StepOutput {
  outputs?: Outputs
  log?: string
  /** Variables for the steps after it. */
  env?: Outputs
  /** It failed, and has outputs all the same. */
  error?: CodedError | null
}

/** Does the work of one step kind. What it throws fails the step; coded errors keep their code. */
export type Perform = (task: StepTask) => Promise<StepOutput>

/** The others need no one to perform them: planning does, as they have no effect outside of their run. */
export type PerformedKind = Exclude<StepKindName, 'hub/sleep' | 'hub/set-output'>

/** One implementation for each step kind. */
export type Steps = Readonly<Record<PerformedKind, Perform>>
