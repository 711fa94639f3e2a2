import { randomUUID } from 'node:crypto'
import type { Asked, Json, PlantedRepository, Reply } from './github-server.ts'

/** One attempt to send a webhook, as GitHub's log has it: https://docs.github.com/en/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook */
export interface SentDelivery {
  id: number
  guid: string
  event: string
  payload: Json
  delivered_at: string
  redelivery: boolean
  /** The log tells that there was one, but not any more what it held. */
  forgotten?: boolean
}

let attempts = 10_000_000_000

/** Plants a delivery in the log of a repository's webhook, as if nobody had answered it. */
export function plantDelivery(
  planted: PlantedRepository,
  hookId: number,
  { event, payload, guid = randomUUID(), at = new Date(), ...more }: PlantedDelivery,
): SentDelivery {
  const log = planted.deliveries.get(hookId) ?? []
  planted.deliveries.set(hookId, log)
  const delivery = {
    id: attempts++,
    guid,
    event,
    payload: { ...payload, repository: planted.repository },
    delivered_at: at.toISOString(),
    redelivery: false,
    ...more,
  }
  log.push(delivery)
  return delivery
}

interface PlantedDelivery {
  event: string
  payload: Json
  guid?: string
  at?: Date
  forgotten?: boolean
}

interface Asking {
  planted: PlantedRepository
  /** Behind the repository's own: `hooks/1/deliveries`. */
  path: string
  request: Asked
  url: string
  list(request: Asked, items: Json[]): Reply
  redeliver(delivery: SentDelivery): void
}

/** What GitHub answers to an administrator about the webhooks of a repository. */
export function replyAboutHooks(asking: Asking): Reply {
  const { planted, path, request } = asking
  const [, hookId] = /^hooks\/(\d+)\/deliveries/.exec(path) ?? []
  const known = planted.hooks.find(({ id }) => path === `hooks/${id}` || id === Number(hookId))
  if (hookId) return known ? replyAboutDeliveries(asking, Number(hookId)) : gone
  if (request.method === 'GET') return asking.list(request, planted.hooks)
  const wanted = JSON.parse(request.body) as Json
  if (known) return { status: 200, body: Object.assign(known, wanted) }
  const hook = { id: 500 + planted.hooks.length, ...wanted }
  planted.hooks.push(hook)
  return { status: 201, body: hook }
}

const gone: Reply = { status: 404, body: { message: 'Not Found' } }

function replyAboutDeliveries({ planted, path, request, url, redeliver }: Asking, hookId: number): Reply {
  const log = planted.deliveries.get(hookId) ?? []
  const [, id, attempts] = /deliveries\/(\d+)(\/attempts)?$/.exec(path) ?? []
  const one = log.find((delivery) => delivery.id === Number(id))
  if (id && !one) return gone
  if (one && attempts) {
    redeliver(one)
    const at = new Date().toISOString()
    log.push({ ...one, id: Number(`${one.id}1`), delivered_at: at, redelivery: true })
    return { status: 202, body: {} }
  }
  if (one) return { status: 200, body: whole(one, hookId, url) }
  const { pathname, searchParams } = new URL(request.path, url)
  const size = Math.min(Number(searchParams.get('per_page') ?? 30), 100)
  const before = Number(/^v1_(\d+)$/.exec(searchParams.get('cursor') ?? '')?.[1] ?? Number.POSITIVE_INFINITY)
  const older = log.toSorted((a, b) => b.id - a.id).filter(({ id }) => id < before)
  const shown = older.slice(0, size)
  const next = `${url}${pathname}?per_page=${size}&cursor=v1_${shown.at(-1)?.id}`
  return {
    status: 200,
    body: shown.map(lineOf),
    ...(older.length > size && { headers: { link: `<${next}>; rel="next"` } }),
  }
}

function lineOf({ id, guid, event, payload, delivered_at, redelivery }: SentDelivery): Json {
  const { action = null, repository } = payload as { action?: string; repository: { id: number } }
  return {
    ...{
      id,
      guid,
      delivered_at,
      redelivery,
      duration: 0.03,
      status: 'failed to connect to host',
      status_code: 502,
    },
    ...{ event, action, installation_id: null, repository_id: repository.id, throttled_at: null },
  }
}

function whole(delivery: SentDelivery, hookId: number, url: string): Json {
  const headers = {
    'X-GitHub-Delivery': delivery.guid,
    'X-GitHub-Event': delivery.event,
    'X-GitHub-Hook-ID': String(hookId),
  }
  return {
    ...lineOf(delivery),
    url: `${url}/webhooks/github`,
    request: { headers, payload: delivery.forgotten ? null : delivery.payload },
    response: { headers: {}, payload: null },
  }
}
