import type { ServerResponse } from 'node:http'
import { type Asked, send } from './github-server.ts'

/** One way in which GitHub, or what stands in its place, can answer so that nobody is helped. */
export interface Hostility {
  name: string
  answer(request: Asked, response: ServerResponse): void
  /** For so long GitHub asks to be left alone, from the first such answer on; null: it does not ask. */
  pauseMs: number | null
  /** What people are told. */
  words: RegExp
}

const minuteMs = 60_000

/** Of an answer without an end so much is poured until nobody takes it. */
export interface Poured {
  /** Bytes that were taken of each answer. */
  bytes: number[]
}

const html = '<html><body><h1>Unicorn!</h1>'

function reply(status: number, headers: Record<string, string>, body: string) {
  return (_: Asked, response: ServerResponse) => void response.writeHead(status, headers).end(body)
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  reply(status, { 'content-type': 'application/json; charset=utf-8', ...headers }, JSON.stringify(body))

const page = (status: number, headers: Record<string, string> = {}) =>
  reply(status, { 'content-type': 'text/html; charset=utf-8', ...headers }, html)

/**
 * Everything bad that a server can answer a client with. `now` is the hub's clock, by which the primary limit ends;
 * `poured` learns how much of an endless answer was taken.
 */
export function hostilities(now: () => number, poured: Poured): Hostility[] {
  const secondary = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' }
  return [
    ...limits(now, secondary),
    {
      name: '500 as JSON',
      answer: json(500, { message: 'Server Error' }),
      pauseMs: null,
      words: /answered 500: Server Error/,
    },
    { name: '502 as HTML', answer: page(502), pauseMs: null, words: /answered 502/ },
    { name: 'a page with 200', answer: page(200), pauseMs: null, words: /no valid JSON/ },
    // A proxy before a server of one's own says these of itself.
    { name: 'a page with 401', answer: page(401), pauseMs: null, words: /answered 401 with a page/ },
    { name: 'a page with 403', answer: page(403), pauseMs: null, words: /answered 403 with a page/ },
    { name: 'a page with 404', answer: page(404), pauseMs: null, words: /answered 404 with a page/ },
    { name: 'a page with 410', answer: page(410), pauseMs: null, words: /answered 410 with a page/ },
    {
      name: 'JSON under the name of bytes',
      answer: reply(200, { 'content-type': 'application/octet-stream' }, '[]'),
      pauseMs: null,
      words: /no valid JSON/,
    },
    {
      name: 'JSON under the name of text',
      answer: reply(200, { 'content-type': 'text/plain' }, '[]'),
      pauseMs: null,
      words: /no valid JSON/,
    },
    { name: 'nothing at all', answer: reply(200, {}, ''), pauseMs: null, words: /where it documents|data/ },
    {
      name: 'an object for a list',
      answer: json(200, { message: 'all is well' }),
      pauseMs: null,
      words: /where it documents|data/,
    },
    {
      name: 'a body that is shorter than it says',
      answer(_, response) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        response.write('[{"id": 1')
        setImmediate(() => response.destroy())
      },
      pauseMs: null,
      words: /could not be reached/,
    },
    {
      name: 'a connection that is reset',
      answer: (_, response) => void response.socket?.resetAndDestroy(),
      pauseMs: null,
      words: /could not be reached/,
    },
    {
      name: 'a byte now and then',
      answer(_, response) {
        response.writeHead(200, { 'content-type': 'application/json' })
        const drip = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(drip))
      },
      pauseMs: null,
      words: /did not answer within/,
    },
    {
      name: 'a body without an end',
      answer(_, response) {
        response.writeHead(200, { 'content-type': 'application/json' })
        let bytes = 0
        const piece = ' '.repeat(64 * 1024)
        const pour = () => {
          for (let takes = true; takes && !response.destroyed; ) {
            bytes += piece.length
            takes = response.write(piece)
          }
        }
        response.on('drain', pour)
        response.on('close', () => poured.bytes.push(bytes))
        pour()
      },
      pauseMs: null,
      words: /longer than/,
    },
    {
      name: 'an address that leads to itself',
      answer: ({ path }, response) => void response.writeHead(302, { location: path }).end(),
      pauseMs: null,
      words: /leads nowhere/,
    },
    {
      name: 'a Link that leads back',
      answer: ({ path, headers: { host } }, response) => {
        const first = path.replace(/([?&])page=\d+/, '$1page=1')
        const link = `<http://${host}${first}>; rel="next"`
        send(response, 200, [], { link })
      },
      pauseMs: null,
      words: /in circles|where it documents|data/,
    },
  ]
}

/** Answers that ask to be left alone. */
function limits(now: () => number, secondary: { message: string }): Hostility[] {
  const spent = (resetMs: number) => ({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.floor((now() + resetMs) / 1000)),
  })
  let reset = spent(0)
  const slow = { message: 'slow down' }
  return [
    {
      name: '429 with a time',
      answer: json(429, slow, { 'retry-after': '90' }),
      pauseMs: 90_000,
      words: /wait \d+ seconds: slow down/,
    },
    {
      name: '429 without a time',
      answer: json(429, slow),
      pauseMs: minuteMs,
      words: /wait \d+ seconds: slow down/,
    },
    {
      name: '429 with a time that is none',
      answer: json(429, slow, { 'retry-after': 'soon' }),
      pauseMs: minuteMs,
      words: /wait \d+ seconds/,
    },
    {
      name: 'a secondary limit with a time',
      answer: json(403, secondary, { 'retry-after': '120' }),
      pauseMs: 120_000,
      words: /wait \d+ seconds: You have exceeded/,
    },
    {
      name: 'a secondary limit without a time',
      answer: json(403, secondary),
      pauseMs: minuteMs,
      words: /wait \d+ seconds: You have exceeded/,
    },
    {
      name: 'a secondary limit told on a page',
      answer: reply(
        403,
        { 'content-type': 'text/html' },
        `${html}<p>You have exceeded a secondary rate limit.`,
      ),
      pauseMs: minuteMs,
      words: /wait \d+ seconds/,
    },
    {
      name: 'the primary limit',
      answer(request, response) {
        if (Number(reset['x-ratelimit-reset']) * 1000 <= now()) reset = spent(1_000_000)
        json(403, { message: 'API rate limit exceeded for user ID 1.' }, reset)(request, response)
      },
      pauseMs: 1_000_000 - 1000,
      words: /wait \d+ seconds: API rate limit|quota/,
    },
    {
      name: '503 with a date',
      answer(_, response) {
        const at = new Date(now() + 300_000).toUTCString()
        page(503, { 'retry-after': at })(_, response)
      },
      pauseMs: 300_000 - 1000,
      words: /wait \d+ seconds/,
    },
  ]
}
