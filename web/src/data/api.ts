import { ApiError, readProblem, unreachable } from './api-error.ts'
import { accessToken, refresh } from './session.ts'

/** One page of a list, and the cursor of the next one while there is more (the `Link` header's `rel="next"`). */
export interface Page<T> {
  items: T[]
  next: string | null
}

export type Query = Record<string, string | number | boolean | null | undefined>

interface RequestOptions {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** The hub's API. Paths are those under `/api/v1`; failures throw ApiError. */
export const api = {
  /** One object: `api.get<User>('/me')`. */
  get: async <T>(path: string, options: Omit<RequestOptions, 'body'> = {}): Promise<T> =>
    (await send('GET', `/api/v1${path}`, options)).json(),

  /** One page of a list, with the cursor of the next. */
  list: async <T>(path: string, options: Omit<RequestOptions, 'body'> = {}): Promise<Page<T>> => {
    const response = await send('GET', `/api/v1${path}`, options)
    return { items: await response.json(), next: nextCursor(response.headers.get('link')) }
  },

  /** What is no JSON, as it comes: logs and archives. */
  raw: (path: string, options: Pick<RequestOptions, 'signal'> = {}): Promise<Response> =>
    send('GET', `/api/v1${path}`, options),

  post: <T = void>(path: string, body?: unknown): Promise<T> => write('POST', path, body),
  put: <T = void>(path: string, body?: unknown): Promise<T> => write('PUT', path, body),
  patch: <T = void>(path: string, body?: unknown): Promise<T> => write('PATCH', path, body),
  delete: (path: string): Promise<void> => write('DELETE', path),

  /** Something done on GitHub from here, once for each key. */
  act: async <T>(method: string, path: string, options: { key: string; body?: unknown }): Promise<T> =>
    readBody(
      await send(method, `/api/v1${path}`, {
        body: options.body,
        headers: { 'idempotency-key': options.key },
      }),
    ),

  /** What lies outside of `/api/v1`: `/auth/sessions`, `/setup/token`, … Same rules. */
  at: async <T = void>(method: string, path: string, body?: unknown): Promise<T> =>
    readBody(await send(method, path, { body })),
}

async function write<T>(method: string, path: string, body?: unknown): Promise<T> {
  return readBody(await send(method, `/api/v1${path}`, { body }))
}

/** Sends with the access token; a 401 refreshes it and tries once more. */
async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const token = await accessToken()
  const first = await attempt(method, path, options, token)
  if (first.ok) return first
  if (first.status === 401 && token) {
    const renewed = await refresh(token)
    if (renewed) {
      const second = await attempt(method, path, options, renewed)
      if (second.ok) return second
      throw await readProblem(second)
    }
  }
  throw await readProblem(first)
}

async function attempt(
  method: string,
  path: string,
  { query, body, signal, headers: more }: RequestOptions,
  token: string | null,
): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', ...more })
  if (token) headers.set('authorization', `Bearer ${token}`)
  // A write without a body still says that it is JSON: the hub refuses anything that a foreign form could send.
  const hasNone = method === 'GET' || (method === 'DELETE' && body === undefined)
  const payload = hasNone ? undefined : JSON.stringify(body ?? {})
  if (payload) headers.set('content-type', 'application/json')
  try {
    return await fetch(path + queryString(query), { method, headers, body: payload, signal })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw unreachable(cause)
  }
}

/** `?a=1&b=2` without what is empty. */
function queryString(query: Query | undefined): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text && `?${text}`
}

/** The `after` of a Link header's `rel="next"` (RFC 8288). */
export function nextCursor(link: string | null): string | null {
  for (const part of link?.split(/,\s*(?=<)/) ?? []) {
    const match = /^\s*<([^>]*)>.*;\s*rel="?next"?/.exec(part)
    if (match) return new URL(match[1]!, 'http://hub').searchParams.get('after')
  }
  return null
}

async function readBody<T>(response: Response): Promise<T> {
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export { ApiError }
