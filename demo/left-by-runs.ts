import type { EmulatorParts } from './emulate.ts'
import type { JobRow, WorkflowRunRow } from './emulate-actions-rows.ts'
import { logOf } from './job-logs.ts'
import { listPullFiles } from './pull-files.ts'

type Run = WorkflowRunRow & { id: number; updated_at: string }
type Job = JobRow & { id: number }

/** What runs leave behind: logs, annotations, artifacts; derived from what is stored, without a memory of its own. */
export function createLeftByRuns({ rows, baseUrl }: Pick<EmulatorParts, 'rows' | 'baseUrl'>) {
  function log(job: Job): string {
    const run = rows.workflowRuns.get(job.run_id)!
    const [annotation] = annotations(run, job)
    return logOf({
      job,
      fullName: rows.repos.get(job.repo_id)!.full_name,
      branch: run.head_branch,
      sha: run.head_sha,
      trouble: annotation
        ? { path: annotation.path, line: annotation.start_line, message: annotation.message }
        : null,
      debug: run.debug === true && job.run_attempt === run.run_attempt,
    })
  }

  /** A failed job complains of the first file that its pull request changes, else of the README. */
  function annotations(run: Run, job: Job) {
    if (!job.steps.some((step) => step.conclusion === 'failure')) return []
    const pull = rows.pullRequests
      .findBy('repo_id', run.repo_id)
      .find(({ head_sha, state }) => head_sha === run.head_sha && state === 'open')
    const files = pull ? listPullFiles(rows, run.repo_id, pull.number) : undefined
    const path = (files?.[0] as { filename: string } | undefined)?.filename ?? 'README.md'
    const place = { path, start_line: 1, end_line: 1, start_column: null, end_column: null }
    const text = { title: job.name, message: `${path} is not as expected`, raw_details: null }
    return [{ ...place, annotation_level: 'failure', ...text, blob_href: `${baseUrl}/${path}` }]
  }

  function artifacts(run: Run) {
    if (run.status !== 'completed' || run.conclusion !== 'success') return []
    const { id, head_branch, head_sha } = run
    const url = `${baseUrl}/repos/${rows.repos.get(run.repo_id)!.full_name}/actions/artifacts/${id}`
    return [
      {
        ...{ id, node_id: '', name: 'coverage', size_in_bytes: 27, url, digest: null },
        ...{ archive_download_url: `${url}/zip`, expired: false },
        ...{ created_at: run.updated_at, updated_at: run.updated_at },
        expires_at: new Date(Date.parse(run.updated_at) + 90 * 86_400_000).toISOString(),
        workflow_run: { id, repository_id: run.repo_id, head_branch, head_sha },
      },
    ]
  }

  return { log, annotations, artifacts }
}
