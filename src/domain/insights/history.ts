/** A pull request that was merged. Times are milliseconds since the epoch, here and below. */
export interface Merged {
  repository_id: number
  created_at: number
  merged_at: number
  /** Of somebody else than its author; null: nobody reviewed it. */
  first_review_at: number | null
}

/** The newest attempt of an Actions run that ended. */
export interface CiRun {
  repository_id: number
  workflow_id: number
  head_sha: string
  run_attempt: number
  conclusion: string | null
  started_at: number
  ended_at: number
  /** Null: it ended before a job began. */
  first_job_at: number | null
}

/** A deployment to production that came to an end. */
export interface Deployed {
  repository_id: number
  environment: string
  ended_at: number
  succeeded: boolean
}

/** What insights are computed from: all of it within the two stretches that are compared, and deployments after. */
export interface History {
  merged: readonly Merged[]
  runs: readonly CiRun[]
  deployed: readonly Deployed[]
}
