/** Indexes: job_id primary, (repository_id, kept_at), run_id, kept_at. */
export interface JobLogRow {
  job_id: number
  repository_id: number
  run_id: number
  /** `gone`: GitHub has it no more. */
  state: 'kept' | 'gone'
  /** Of the text as it is kept. */
  lines: number
  bytes: number
  /** So many lines before it were left out, as the log is too long. */
  dropped_lines: number
  /** What it takes here, compressed. */
  size: number
  kept_at: number
}

/** Zstandard of some 256 KiB of text. Indexes: (job_id, n) primary. */
export interface JobLogChunkRow {
  job_id: number
  n: number
  data: Uint8Array
}

/** What a command of a run said. Indexes: (run_id, job, step) primary, kept_at. */
export interface StepLogRow {
  run_id: string
  job: string
  step: string
  /** `open`: there may be more to come. */
  state: 'open' | 'closed'
  /** The first byte that is kept: of a log that is too long the beginning is let go. */
  first: number
  /** Where it ends. */
  bytes: number
  /** JSON, see `contract/step-output.ts`. */
  annotations: string
  summary: string | null
  kept_at: number
}

/** Zstandard of at most some 256 KiB of text, from byte `first` on. Indexes: (run_id, job, step, first) primary. */
export interface StepLogChunkRow {
  run_id: string
  job: string
  step: string
  first: number
  data: Uint8Array
}
