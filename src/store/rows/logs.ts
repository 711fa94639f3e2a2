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
