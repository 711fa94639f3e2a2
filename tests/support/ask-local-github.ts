import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HubProcess } from './hub-process.ts'

/** Asks a demo hub's local GitHub by its REST API as one of its people, as a program of theirs would. */
export async function askLocalGithub<T>(
  hub: HubProcess,
  login: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const kept = JSON.parse(readFileSync(join(hub.dataDir, 'demo', 'local-github.json'), 'utf8'))
  const response = await fetch(`http://127.0.0.1:${kept.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${kept.personTokens[login]}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`GitHub answered ${response.status}: ${await response.text()}`)
  return response.json() as Promise<T>
}
