import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { StepOutput } from '../../../contract/step-output.ts'
import { coded } from '../../errors.ts'
import { findStepLog, listStepOutputs, readStepLog } from '../../store/logs/step-logs.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { visibleRun } from '../visible-run.ts'

const tags = ['runs']
const RunParams = Type.Object({ id: Type.String({ maxLength: 100, description: 'Id of the run' }) })
const Name = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

/** What the commands of runs have said and left, for those who may see the run. */
export function runOutputRoutes({ store }: HttpDeps): Routes {
  const { read } = store
  return async (app) => {
    app.get(
      '/runs/:id/steps',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary:
            'What the steps with `run` of a run have left: how long their logs are, annotations, summaries',
          params: RunParams,
          response: { 200: Type.Array(StepOutput), 404: Problem },
        },
      },
      async ({ params, viewer }) => listStepOutputs(read, (await visibleRun(read, viewer, params.id)).id),
    )

    app.get(
      '/runs/:id/log',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'What a step with `run` has said, from a byte on',
          description:
            'A line each with its time, as far as it has come: `x-log-state` is `open` while there may be more, which ' +
            '`after` asks for. Of more than 128 MB only the end is kept; `x-log-first` is the first byte of what is answered.',
          params: RunParams,
          querystring: Type.Object({
            job: Name('Id of the job'),
            step: Name('Id of the step'),
            after: Type.Optional(
              Type.Integer({ minimum: 0, description: 'So many bytes are known already' }),
            ),
          }),
          response: {
            200: Type.String({ contentMediaType: 'text/plain' }),
            404: Problem,
          },
        },
      },
      async ({ params, query: { job, step, after = 0 }, viewer }, reply) => {
        const { id } = await visibleRun(read, viewer, params.id)
        const place = { run_id: id, job, step }
        const log = await findStepLog(read, place)
        if (!log) throw coded('not_found', 'There is no log of such a step, or it is not kept any more.')
        const first = Math.max(after, log.first)
        const text = Readable.from(readStepLog(read, place, first), { objectMode: false })
        return reply
          .headers({ 'x-log-first': String(first), 'x-log-state': log.state })
          .type('text/plain; charset=utf-8')
          .send(text as never)
      },
    )
  }
}
