import type { ActionsJob, Repository } from '../../contract/mirror.ts'
import type { Viewer } from '../domain/access.ts'
import { fieldsOf } from '../domain/mirror/fields.ts'
import { isCoded, messageOf } from '../errors.ts'
import { readPage } from '../github/readers.ts'
import { actionsJob } from '../mirror/actions-job.ts'
import { saveListed } from '../store/mirror.ts'
import type { HttpDeps } from './deps.ts'
import type { createOwnClient } from './own-client.ts'

/** A run has at most 256 jobs an attempt; of more attempts than fit, the jobs come with their webhooks. */
const mostPages = 10
const patienceMs = 20_000

/**
 * Reads the jobs of a run that the mirror has none of, with the token of who looks: syncs read those of the newest runs
 * only. Whether it brought any; what GitHub refuses leaves the run as it is.
 */
export async function readJobs(
  {
    store,
    log,
    ownClient,
  }: Pick<HttpDeps, 'store' | 'log'> & Pick<ReturnType<typeof createOwnClient>, 'ownClient'>,
  {
    repository,
    runId,
    viewer,
  }: { repository: Pick<Repository, 'id' | 'full_name'>; runId: number; viewer: Viewer },
): Promise<boolean> {
  const [owner = '', repo = ''] = repository.full_name.split('/')
  const { route, wrappedAs, query } = actionsJob.listed
  try {
    const client = await ownClient(viewer)
    const items: ActionsJob[] = []
    for (let page: number | null = 1; page !== null && page <= mostPages; ) {
      const { objects, next } = await readPage(client, {
        ...{ route, wrappedAs, page, signal: AbortSignal.timeout(patienceMs) },
        parameters: { owner, repo, run_id: runId, ...query() },
      })
      items.push(...objects.map(({ value, place }) => actionsJob.read(fieldsOf(value, place))))
      page = next
    }
    await store.write((tx) => saveListed(tx, actionsJob, { repositoryId: repository.id, items }))
    return items.length > 0
  } catch (error) {
    if (!isCoded(error)) throw error
    log.info({ repository: repository.full_name, run: runId }, `its jobs were not read: ${messageOf(error)}`)
    return false
  }
}
