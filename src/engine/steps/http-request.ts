import type { Dispatcher } from 'undici'
import { coded, isCoded, messageOf } from '../../errors.ts'
import type { Perform, StepTask } from '../step.ts'
import { type Lookup, lookupAll, resolvePublic } from './public-address.ts'

export interface HttpRequestOptions {
  /** `host` or `host:port` that may be reached although they are internal; for self-hosted neighbours. */
  allowHosts?: readonly string[]
  lookup?: Lookup
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof methods)[number]

/** One request of a chain of redirects. */
interface Hop {
  url: URL
  method: Method
  headers: Record<string, string>
  body: string | null
}

const maxRedirects = 5
/** Less than an output may have, so that the mark fits too. */
const maxBody = 60 * 1024
/** So much is read behind that: what begins there is hidden as a whole, or not at all. */
const longestSecret = 64 * 1024

/**
 * `http/request`. Reaches public addresses only: each hop's host is resolved once, checked, and the connection is
 * made to exactly the checked addresses. Proxies of the environment are not used.
 */
export function createHttpRequest({ allowHosts = [], lookup = lookupAll }: HttpRequestOptions = {}): Perform {
  return async (task) => {
    let hop = firstHop(task)
    for (let redirects = 0; ; redirects++) {
      const answer = await send(hop, { allowHosts, lookup, task })
      const next = answer.location === undefined ? undefined : redirected(hop, answer)
      if (!next) return output(hop, answer)
      if (redirects === maxRedirects) throw coded('step_failed', `More than ${maxRedirects} redirects.`)
      hop = next
    }
  }
}

function firstHop({ inputs }: Pick<StepTask, 'inputs'>): Hop {
  const written = (inputs.method || 'GET').toUpperCase()
  const method = methods.find((candidate) => candidate === written)
  if (!method) throw coded('step_failed', `'method' must be one of ${methods.join(', ')}.`)
  return {
    url: parseUrl(inputs.url ?? ''),
    method,
    headers: parseHeaders(inputs.headers ?? ''),
    body: inputs.body || null,
  }
}

function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw coded('step_failed', `'${text}' is no http or https address.`)
  }
  if (url.username || url.password)
    throw coded('step_failed', 'Credentials belong into a header, not into the address.')
  return url
}

/** They say how the message travels, which is not for a workflow to decide. */
const framing = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
]

function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw coded('step_failed', "'headers' has one 'Name: value' a line.")
    if (framing.includes(name.toLowerCase()))
      throw coded('step_failed', `The header '${name}' cannot be set.`)
    headers[name.toLowerCase()] = value
  }
  return headers
}

interface Answer {
  status: number
  contentType: string
  /** Of a redirect. */
  location: string | undefined
  retryAfterMs: number | undefined
  body: string
}

async function send(
  { url, method, headers, body }: Hop,
  { allowHosts, lookup, task }: { allowHosts: readonly string[]; lookup: Lookup; task: StepTask },
): Promise<Answer> {
  const { signal, hide } = task
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const addresses = await resolvePublic(url.hostname, { lookup, allowHosts, port })
  // Loaded when first needed: many hubs send no request, and it holds as much memory as the engine.
  const { Agent, request } = await import('undici')
  const agent = new Agent({
    connect: { lookup: (_host, _options, done) => done(null, addresses) },
    autoSelectFamily: true,
    pipelining: 0,
  })
  try {
    const options = {
      method,
      headers: { 'user-agent': 'cldcde', ...headers },
      body,
      signal,
      dispatcher: agent,
    }
    const response = await request(url, options)
    const text = await readBody(response.body, hide)
    const [location] = [response.headers.location].flat()
    return {
      status: response.statusCode,
      contentType: String(response.headers['content-type'] ?? ''),
      location: response.statusCode >= 300 && response.statusCode < 400 ? location : undefined,
      retryAfterMs: pauseOf(response.headers['retry-after']),
      body: text,
    }
  } catch (error) {
    if (isCoded(error) || signal.aborted) throw error
    throw coded('step_unavailable', `${url.host} could not be reached: ${messageOf(error)}`, { cause: error })
  } finally {
    await agent.destroy()
  }
}

/** Reads until there is more than anybody keeps; the rest of an endless body stays with its sender. */
async function readBody(body: Dispatcher.ResponseData['body'], hide: StepTask['hide']): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length > maxBody + longestSecret) break
  }
  const text = Buffer.from(hide(Buffer.concat(chunks).toString()))
  if (length <= maxBody) return text.toString()
  return `${text.subarray(0, maxBody).toString()}\n… [cut off after ${maxBody} bytes]`
}

/**
 * The next hop, as browsers go. What was meant for one host is not shown to another: its headers stay behind, and
 * its body does not follow.
 * https://www.rfc-editor.org/rfc/rfc9110#section-15.4
 */
function redirected({ url, method, headers, body }: Hop, { status, location }: Answer): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  const next = parseUrl(location, url)
  const keepsMethod = status === 307 || status === 308 || method === 'GET' || method === 'HEAD'
  const sameHost = next.origin === url.origin
  if (keepsMethod && body !== null && !sameHost) {
    throw coded(
      'step_failed',
      `${url.host} redirects the request's body to ${next.host}, which it was not meant for.`,
    )
  }
  return {
    url: next,
    method: keepsMethod ? method : 'GET',
    headers: sameHost ? headers : {},
    body: keepsMethod ? body : null,
  }
}

/** `Retry-After` in milliseconds: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function pauseOf(header: string | string[] | undefined): number | undefined {
  const [written] = [header].flat()
  if (written === undefined) return undefined
  const ms = /^\d+$/.test(written) ? Number(written) * 1_000 : Date.parse(written) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

/** What may be another in a while; the rest is as it is. */
const passingStatuses = new Set([408, 429, 500, 502, 503, 504])

function output({ url, method }: Hop, { status, contentType, retryAfterMs, body }: Answer) {
  const log = `${method} ${url.origin}${url.pathname} → ${status}`
  if (status < 200 || status > 299) {
    const code = passingStatuses.has(status) ? 'step_unavailable' : 'step_failed'
    throw coded(code, `${log}\n${body.slice(0, 1_000)}`, retryAfterMs === undefined ? {} : { retryAfterMs })
  }
  return { outputs: { status: String(status), 'content-type': contentType, body }, log }
}
