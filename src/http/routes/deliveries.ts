import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { Change } from '../../../contract/live.ts'
import { Delivery } from '../../../contract/mirror.ts'
import { Run } from '../../../contract/workflows.ts'
import { hasRole, holds, maySeeChange, type Viewer } from '../../domain/access.ts'
import { toChange } from '../../domain/present-change.ts'
import { coded } from '../../errors.ts'
import { findTarget, listReadable } from '../../store/access.ts'
import { appendAudit } from '../../store/audit.ts'
import { listCausedChanges } from '../../store/caused-changes.ts'
import { applyAgain, loadDelivery } from '../../store/deliveries.ts'
import { getDelivery, type ListedDelivery, listDeliveries } from '../../store/delivery-lists.ts'
import { getRun } from '../../store/runs.ts'
import type { HttpDeps } from '../deps.ts'
import { decodeCursor, encodeCursor, sendPage } from '../paging.ts'
import { RepositoryFilter, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['deliveries']

const DeliveryDetail = Type.Object(
  {
    ...Delivery.properties,
    headers: Type.Record(Type.String(), Type.String(), {
      description: 'What GitHub said of it beside the body, without event, GUID and signature',
    }),
    payload: Type.Unknown({
      description:
        "GitHub's JSON as received; as a text where it is none or has more than 1 MiB; null once it is not kept any more",
    }),
  },
  { $id: 'DeliveryDetail' },
)

const DeliveryEffects = Type.Object(
  {
    changes: Type.Array(Change, { description: 'What it changed, in order' }),
    runs: Type.Array(Run, { description: 'The runs that it started' }),
  },
  { $id: 'DeliveryEffects' },
)
const DeliveryParams = Type.Object({ id: Type.String({ maxLength: 200, description: 'The GUID' }) })

/** The webhooks that GitHub sent. Those of no repository (pings of an organisation, say) are for the owner. */
export function deliveriesRoutes({ store, clock }: HttpDeps): Routes {
  const { read } = store
  async function mayWrite({ userId }: Viewer, { repository }: ListedDelivery): Promise<boolean> {
    if (repository === null) return false
    const found = await findTarget(read, { fullName: repository, maker: userId, startedBy: null })
    return holds(found?.maker ?? null, 'write')
  }

  return async (app) => {
    app.get(
      '/deliveries',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Deliveries, newest first',
          querystring: Type.Object({
            event: Type.Optional(Type.String({ maxLength: 100, description: 'As in `X-GitHub-Event`' })),
            state: Type.Optional(Delivery.properties.state),
            repository: RepositoryFilter,
            number: Type.Optional(
              Type.Integer({
                minimum: 1,
                maximum: Number.MAX_SAFE_INTEGER,
                description: 'Only about this issue or pull request of `repository`',
              }),
            ),
            ...Paging.properties,
          }),
          response: { 200: Type.Array(Delivery), 400: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        const { event, state, repository, number, limit = 30, after } = request.query
        if (number !== undefined && repository === undefined)
          throw coded(
            'invalid_request',
            '`number` is of an issue or pull request of `repository`: name both.',
          )
        const repositoryId =
          repository === undefined
            ? undefined
            : (await readableRepository(read, request.viewer, repository)).id
        const { items, next } = await listDeliveries(read, {
          ...eyesOf(request.viewer),
          event,
          state,
          repositoryId,
          number,
          limit,
          after: decodeCursor(after),
        })
        return sendPage(reply, request, items.map(present), next && encodeCursor(next))
      },
    )

    app.get(
      '/deliveries/:id',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'One delivery, with its payload',
          params: DeliveryParams,
          response: { 200: DeliveryDetail, 404: Problem },
        },
      },
      async ({ params: { id }, viewer }) => {
        const delivery = await getDelivery(read, { id, ...eyesOf(viewer) })
        const stored = delivery && (await loadDelivery(read, id))
        if (!stored) throw coded('not_found', `There is no delivery ${id} that you may see.`)
        const payload = stored.body && readPayload(stored.body)
        const headers = JSON.parse(stored.headers ?? '{}') as Record<string, string>
        return { ...present(delivery), headers, payload }
      },
    )

    app.get(
      '/deliveries/:id/effects',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'What a delivery changed, and the runs that it started',
          description: `As far as the viewer may see it, and as long as the log keeps it; the first ${mostEffects}.`,
          params: DeliveryParams,
          response: { 200: DeliveryEffects, 404: Problem },
        },
      },
      async ({ params: { id }, viewer }) => {
        if (!(await getDelivery(read, { id, ...eyesOf(viewer) })))
          throw coded('not_found', `There is no delivery ${id} that you may see.`)
        const [caused, readable] = await Promise.all([
          listCausedChanges(read, { deliveryId: id, limit: mostEffects }),
          listReadable(read, viewer.userId),
        ])
        const visible = caused.filter((change) => maySeeChange(viewer, change, new Set(readable)))
        const ofRuns = (change: { topic: string }) => change.topic.startsWith('run:')
        const ids = new Set(visible.filter(ofRuns).map(({ topic }) => topic.slice('run:'.length)))
        const runs = await Promise.all(
          [...ids].map((run) => getRun(read, { id: run, userId: viewer.userId })),
        )
        return {
          changes: visible.filter((change) => !ofRuns(change)).map(toChange),
          runs: runs.filter((run) => run !== undefined),
        }
      },
    )

    app.post(
      '/deliveries/:id/apply',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Apply a delivery again that was given up, or that changed nothing',
          description:
            'For maintainers and for those who may write to its repository. A run that it started once is not started again.',
          params: DeliveryParams,
          response: { 202: Delivery, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async ({ params: { id }, viewer, ip }, reply) => {
        const delivery = await getDelivery(read, { id, ...eyesOf(viewer) })
        if (!delivery) throw coded('not_found', `There is no delivery ${id} that you may see.`)
        if (!hasRole(viewer.role, 'maintainer') && !(await mayWrite(viewer, delivery))) {
          throw coded('forbidden', 'This is for maintainers, and for those who may write to its repository.')
        }
        const now = clock()
        await store.write(async (tx) => {
          if (!(await applyAgain(tx, { id, now }))) {
            throw coded('conflict', 'It is applied, waits already, or its body is not kept any more.')
          }
          await appendAudit(tx, { at: now, actor: viewer.login, action: 'delivery.applied', target: id, ip })
        })
        return reply.code(202).send(present((await getDelivery(read, { id, ...eyesOf(viewer) }))!))
      },
    )
  }
}

/** A delivery changes one thing and starts a few runs, each of which tells its start and its end. */
const mostEffects = 200

/** So much is parsed for a page; what is larger would hold up everybody else. */
const largestParsed = 1024 * 1024

function readPayload(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString()
  if (body.byteLength > largestParsed) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const eyesOf = ({ userId, role }: Viewer) => ({ userId, seesUnassigned: hasRole(role, 'owner') })

function present(row: ListedDelivery): Delivery {
  return {
    id: row.id,
    event: row.event,
    action: row.action,
    repository: row.repository,
    number: row.number,
    received_at: new Date(row.received_at).toISOString(),
    applied_at: row.applied_at === null ? null : new Date(row.applied_at).toISOString(),
    state: row.state,
    error: row.error,
    repeat_of: row.repeat_of,
    size: row.size,
  }
}
