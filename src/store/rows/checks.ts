// What is said of commits. The tables are those of their descriptors in `src/mirror/`.

/** Indexes: id primary, (repository_id, head_sha, id). */
export interface CheckRunRow {
  id: number
  repository_id: number
  check_suite_id: number | null
  head_sha: string
  name: string
  status: string
  conclusion: string | null
  app: string | null
  title: string | null
  summary: string | null
  annotations_count: number
  html_url: string | null
  details_url: string | null
  started_at: number | null
  completed_at: number | null
  told: string | null
}

/** Indexes: id primary, (repository_id, sha, id). */
export interface CommitStatusRow {
  id: number
  repository_id: number
  sha: string
  context: string
  state: string
  description: string | null
  target_url: string | null
  creator_login: string | null
  creator_avatar_url: string | null
  created_at: number
  updated_at: number
  told: string | null
}

/** Indexes: id primary, (repository_id, deployment_id, id). */
export interface DeploymentStatusRow {
  id: number
  repository_id: number
  deployment_id: number
  state: string
  environment: string
  description: string | null
  target_url: string | null
  log_url: string | null
  environment_url: string | null
  creator_login: string | null
  creator_avatar_url: string | null
  created_at: number
  updated_at: number
}
