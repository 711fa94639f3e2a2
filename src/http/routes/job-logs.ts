import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { ActionsJob } from '../../../contract/mirror.ts'
import { downloadLogTask } from '../../domain/mirror/sync-tasks.ts'
import { coded } from '../../errors.ts'
import { getActionsJob } from '../../store/actions.ts'
import { findJobLog, readJobLog } from '../../store/logs/job-logs.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['actions']
const config = { access: 'read' } as const
const JobParams = Type.Object({
  ...RepositoryParams.properties,
  id: Type.Integer({ minimum: 1, description: "GitHub's id of the job" }),
})
/** A person waits for it. */
const soon = { priority: 0 }

/** Jobs of GitHub Actions one by one, and what they said. */
export function jobLogsRoutes({ store, queue }: HttpDeps): Routes {
  const { read } = store

  async function jobOf(request: {
    params: { owner: string; repo: string; id: number }
    viewer: Parameters<typeof repositoryScope>[1]['viewer']
  }) {
    const { repositoryId } = await repositoryScope(read, request)
    const job = await getActionsJob(read, { repositoryId, id: request.params.id })
    if (!job) throw coded('not_found', `There is no job ${request.params.id} in this repository.`)
    return { job, repositoryId }
  }

  return async (app) => {
    app.get(
      '/repos/:owner/:repo/actions/jobs/:id',
      {
        config,
        schema: {
          tags,
          summary: 'One job of a GitHub Actions run, with its steps',
          params: JobParams,
          response: { 200: ActionsJob, 404: Problem },
        },
      },
      async (request) => (await jobOf(request)).job,
    )

    app.get(
      '/repos/:owner/:repo/actions/jobs/:id/logs',
      {
        config,
        schema: {
          tags,
          summary: 'What a job of GitHub Actions said',
          description:
            "GitHub's text, a line each with its time: fetched when a job is over, and kept for a while. 202: it is being " +
            'fetched, ask again in a moment. Of more than 32 MB only the end is kept; `x-dropped-lines` says how many ' +
            'lines before it are not here.',
          params: JobParams,
          response: {
            200: Type.String({ contentMediaType: 'text/plain' }),
            202: Type.Object({ state: Type.Literal('fetching') }, { description: 'Not here yet' }),
            404: Problem,
            409: Problem,
          },
        },
      },
      async (request, reply) => {
        const { job, repositoryId } = await jobOf(request)
        if (job.status !== 'completed')
          throw coded('conflict', 'The job is not over: GitHub gives its log when it is.')
        const log = await findJobLog(read, { repositoryId, jobId: job.id })
        if (log?.state === 'gone') throw coded('not_found', 'GitHub has no log of this job any more.')
        if (log) {
          const headers = { 'x-dropped-lines': String(log.dropped_lines) }
          const text = Readable.from(readJobLog(read, job.id), { objectMode: false })
          return reply
            .headers(headers)
            .type('text/plain; charset=utf-8')
            .send(text as never)
        }
        await store.write((tx) => queue.enqueue(tx, downloadLogTask({ repositoryId, jobId: job.id }, soon)))
        return reply.code(202).header('retry-after', '1').send({ state: 'fetching' })
      },
    )
  }
}
