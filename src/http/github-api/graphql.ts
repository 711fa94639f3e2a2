import type { Readable } from 'node:stream'
import { coded } from '../../errors.ts'

/** In bytes; GitHub takes no longer ones either. */
const longestQuery = 1024 * 1024

/** A request to GraphQL that was looked at. */
export interface GraphqlRequest {
  body: Buffer
  /** Whether it may change something. */
  writes: boolean
}

/**
 * Reads a request to GraphQL, and judges it. What is sent on is what was judged, written anew: a body that two readers
 * could understand differently does not go on.
 */
export async function readGraphql(body: Readable | undefined): Promise<GraphqlRequest> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += (chunk as Buffer).byteLength
    if (size > longestQuery) throw coded('payload_too_large', 'The query is longer than 1 MiB.')
    chunks.push(chunk as Buffer)
  }
  const request = parse(Buffer.concat(chunks).toString())
  return { body: Buffer.from(JSON.stringify(request)), writes: isWrite(request.query) }
}

function parse(text: string): { query: string } {
  try {
    const request = JSON.parse(text) as { query?: unknown } | null
    if (typeof request?.query === 'string') return request as { query: string }
  } catch {}
  throw coded('malformed_json', 'Problems parsing JSON: send an object with a query.')
}

/**
 * Wherever the word stands outside of texts and comments it is taken for an operation: a query that only has a field of
 * that name is judged as a write, and no write as a query.
 * https://spec.graphql.org/October2021/#sec-Language.Operations
 */
function isWrite(query: string): boolean {
  const words = query.replace(/"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*/g, ' ')
  return /\b(?:mutation|subscription)\b/.test(words)
}
