import { fieldsOf, integerIn } from '../domain/mirror/fields.ts'
import { downloadLogTask } from '../domain/mirror/sync-tasks.ts'
import { coded } from '../errors.ts'
import { isMissing } from '../github/downloads.ts'
import type { Handler } from '../queue/queue.ts'
import { getActionsJob } from '../store/actions.ts'
import { findJobLog, noteGoneLog, saveJobLog } from '../store/logs/job-logs.ts'
import { packLog } from '../store/logs/pack-log.ts'
import { findRepository } from '../store/repositories.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'

/** A log of 32 MB over a slow line. */
const patienceMs = 120_000
/** GitHub says that a log is missing while it is still being put away. */
const settlingMs = 120_000

/** Fetches what a job said, once it is over, and keeps it; once for each job. */
export function downloadLog(deps: MirrorTaskDeps): Handler {
  const { store, github, tokens, clock } = deps
  return async (task, context) => {
    const { repositoryId, jobId } = readPayload(task)
    const repository = await findRepository(store.read, repositoryId)
    const job = await getActionsJob(store.read, { repositoryId, id: jobId })
    const known = await findJobLog(store.read, { repositoryId, jobId })
    const holder = await tokens.tokenFor(repositoryId)
    if (!repository || !holder || known || job?.status !== 'completed') return

    const of = { job_id: jobId, repository_id: repositoryId, run_id: job.run_id }
    const client = github.forToken(holder.token, holder)
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patienceMs)])
    try {
      const path = `/repos/${repository.full_name}/actions/jobs/${jobId}/logs`
      const answer = await github.download(client, path, signal)
      const packed = await packLog(answer.body ?? empty())
      await store.write((tx) => saveJobLog(tx, packed, { ...of, now: clock() }))
    } catch (error) {
      const isOver = clock() - Date.parse(job.completed_at ?? '') > settlingMs
      if (isMissing(error) && isOver)
        return await store.write((tx) => noteGoneLog(tx, { ...of, now: clock() }))
      await settleTrouble(
        {
          error: isMissing(error)
            ? coded('github_unavailable', 'GitHub has not put the log away yet.')
            : error,
          ...{ holder, context, again: downloadLogTask({ repositoryId, jobId }) },
          note: async () => {},
        },
        deps,
      )
    }
  }
}

function readPayload(task: unknown): { repositoryId: number; jobId: number } {
  const fields = fieldsOf(task, 'task')
  return { repositoryId: integerIn(fields, 'repositoryId'), jobId: integerIn(fields, 'jobId') }
}

async function* empty(): AsyncGenerator<Uint8Array> {}
