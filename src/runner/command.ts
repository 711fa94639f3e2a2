import type { StepAnnotation } from '../../contract/step-output.ts'
import { isCoded } from '../errors.ts'

/** Where the log of a command goes. */
export interface LogSink {
  /** Lines with their ends; a promise when the writer should wait before it says more. */
  write(text: string): void
  room(): Promise<void> | undefined
}

/** A command to run, its expressions filled in. */
export interface CommandRequest {
  runId: string
  job: string
  /** Earlier commands of the job have left a workspace. */
  resumes: boolean
  script: string
  shell: string | undefined
  workingDirectory: string | undefined
  env: Readonly<Record<string, string>>
  /** Members of the `github` context that commands see as `GITHUB_…`. */
  github: Readonly<Record<string, string>>
  event: unknown
  /** Values that nothing may show. */
  masks: readonly string[]
  log: LogSink
  /** Aborts with `step_cancelled` or `step_timeout`: then it may end by itself. With anything else it is killed. */
  signal: AbortSignal
}

export interface CommandResult {
  outputs: Record<string, string>
  /** What it set for those after it, as far as it may be shown. */
  env: Record<string, string>
  annotations: StepAnnotation[]
  summary: string | null
  /** Why it failed. */
  error: string | null
}

/** Whether a signal asks a command to end, and leaves it time for that. */
export function asksToEnd({ reason }: AbortSignal): boolean {
  return isCoded(reason, 'step_cancelled') || isCoded(reason, 'step_timeout')
}
