import { Readable } from 'node:stream'
import { coded, messageOf } from '../errors.ts'

/** A request to hand on to GitHub, and where its answer is told to be from. */
export interface Passing {
  method: string
  /** Below GitHub's API, with the query, as it came: `/repos/…?page=2`. */
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Readable | Buffer | null
  token: string
  /** The address of this API, put in the place of GitHub's. */
  api: string
  signal: AbortSignal
}

export interface Passed {
  status: number
  headers: Record<string, string>
  body: Readable | null
}

interface Options {
  /** GitHub's API; nothing goes anywhere else. */
  apiUrl: string
  /** How GitHub calls its API in its answers, where that is not the same. */
  knownAs?: string | undefined
  fetch?: typeof globalThis.fetch
  /** The longest wait for the beginning of an answer, and for all of it. */
  firstMs?: number
  wholeMs?: number
  /** Bytes of an answer. */
  maxBytes?: number
}

/** What GitHub is told of a request. Whatever names the hub, its person or their browser stays here. */
const sentHeaders = [
  ...['accept', 'content-type', 'if-none-match', 'if-modified-since', 'x-github-api-version'],
  ...['graphql-features', 'time-zone', 'x-github-next-global-id'],
]

/** What is not for the caller: what is about the connection to GitHub, its cookies, and what the hub says itself. */
const keptHeaders = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-authenticate'],
  ...['set-cookie', 'set-cookie2', 'content-length', 'content-encoding', 'strict-transport-security'],
  ...['content-security-policy', 'alt-svc', 'server', 'access-control-allow-origin', 'report-to', 'nel'],
])

/**
 * Makes the way by which requests reach GitHub as they are, in the name of whoever asks. No redirect is followed: those
 * within GitHub's API point to this API, and others, as to a signed download, are the caller's to follow without any
 * credential of the hub. Throws `github_unavailable` and `invalid_request`.
 */
export function createPassThrough({
  apiUrl,
  knownAs,
  fetch = globalThis.fetch,
  firstMs = 30_000,
  wholeMs = 300_000,
  maxBytes = 256 * 2 ** 20,
}: Options): (passing: Passing) => Promise<Passed> {
  const base = apiUrl.replace(/\/$/, '')
  const toldBase = knownAs?.replace(/\/$/, '') ?? base
  // GitHub Enterprise Server has GraphQL beside its REST API.
  const graphql = `${base.replace(/\/api\/v3$/, '/api')}/graphql`

  return async ({ method, path, headers, body, token, api, signal }) => {
    const url = new URL(path === '/graphql' ? graphql : `${base}${path}`)
    // Dots in a path are resolved: they must not lead out of the API.
    if (path !== '/graphql' && !url.href.startsWith(`${base}/`)) {
      throw coded('invalid_request', 'This address is not one of the API.')
    }
    const first = AbortSignal.timeout(firstMs)
    const untilFirst = new AbortController()
    const stop = () => untilFirst.abort(first.reason)
    first.addEventListener('abort', stop)
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        headers: headersFor(headers, token),
        signal: AbortSignal.any([signal, untilFirst.signal, AbortSignal.timeout(wholeMs)]),
        ...(body && ({ body: body as unknown as RequestInit['body'], duplex: 'half' } as RequestInit)),
      })
      return {
        status: response.status,
        headers: headersOf(response.headers, [base, toldBase], api),
        body: response.body && bodyOf(response, { base: toldBase, api, maxBytes }),
      }
    } catch (error) {
      if (signal.aborted) throw error
      throw coded('github_unavailable', `GitHub did not answer: ${messageOf(error)}`, { cause: error })
    } finally {
      first.removeEventListener('abort', stop)
    }
  }
}

function headersFor(headers: Passing['headers'], token: string): Record<string, string> {
  const sent: Record<string, string> = { 'user-agent': 'cldcde-pro', authorization: `Bearer ${token}` }
  for (const name of sentHeaders) {
    const value = headers[name]
    if (value !== undefined) sent[name] = String(value)
  }
  return sent
}

function headersOf(headers: Headers, bases: readonly string[], api: string): Record<string, string> {
  const told: Record<string, string> = {}
  headers.forEach((value, name) => {
    if (keptHeaders.has(name)) return
    told[name] = name === 'location' || name === 'link' ? movedHere(value, bases, api) : value
  })
  return told
}

/** GitHub's API in an address, or in the addresses of a `Link`, as this API. */
function movedHere(value: string, bases: readonly string[], api: string): string {
  const base = bases.find((one) => value.includes(`${one}/`)) ?? ''
  return value.startsWith(`${base}/`)
    ? api + value.slice(base.length)
    : value.replaceAll(`<${base}/`, `<${api}/`)
}

function bodyOf(
  response: Response,
  { base, api, maxBytes }: { base: string; api: string; maxBytes: number },
): Readable {
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  const chunks = bounded(Readable.fromWeb(response.body as never), maxBytes)
  return Readable.from(isJson ? withAddressesHere(chunks, { base, api }) : chunks)
}

async function* bounded(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > maxBytes) throw coded('github_malformed', 'GitHub’s answer is longer than this hub passes on.')
    yield chunk
  }
}

/** The longest name of a field, with what stands around it, that an address of the API follows. */
const longestField = 64

/**
 * JSON as it comes, with the API's addresses in fields named `url`, `…_url` and `href` moved here: clients follow them
 * with the hub's token. What people wrote stays as it is.
 */
async function* withAddressesHere(
  chunks: AsyncIterable<Buffer>,
  { base, api }: { base: string; api: string },
): AsyncGenerator<Buffer> {
  const escaped = base.replace(/[.+?^${}()|[\]\\/]/g, '\\$&')
  const address = new RegExp(
    `("(?:[a-z_]{0,40}(?<!html_)url|href)": ?")${escaped}(?=/(?:repos|repositories|users?|orgs|organizations|teams|apps?|gists|licenses|enterprises)[/"])`,
    'g',
  )
  const room = longestField + base.length + 16
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length <= room) continue
    text = text.replace(address, `$1${api}`)
    const end = text.length - room
    // Not between the two halves of one character.
    const ready = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end
    yield Buffer.from(text.slice(0, ready))
    text = text.slice(ready)
  }
  text += decoder.decode()
  yield Buffer.from(text.replace(address, `$1${api}`))
}
