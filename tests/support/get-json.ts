import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'

/** Gets JSON over a connection of its own, which ends with it. */
export async function getJson(url: string, headers: Record<string, string>): Promise<unknown> {
  const request = get(url, { headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return await json(response)
}
