import { randomUUID } from 'node:crypto'
import type { ActingHub } from './acting-hub.ts'

export interface OpenedPull {
  number: number
  head: { ref: string; sha: string }
}

/** Opens a pull request of the owner's that adds a file of three lines, and that the mirror knows. */
export async function openPull(
  hub: ActingHub,
  repository: string,
  { draft = false } = {},
): Promise<OpenedPull> {
  const at = `/repos/${repository}`
  const name = `wave-${randomUUID().slice(0, 8)}`
  const { object } = await hub.github<{ object: { sha: string } }>('GET', `${at}/git/ref/heads/main`)
  await hub.github('POST', `${at}/git/refs`, { ref: `refs/heads/${name}`, sha: object.sha })
  await hub.github('PUT', `${at}/contents/${name}.md`, {
    message: `Add ${name}`,
    branch: name,
    content: Buffer.from('one\ntwo\nthree\n').toString('base64'),
  })
  const opened = await hub.github<OpenedPull>('POST', `${at}/pulls`, {
    ...{ title: name, head: name, base: 'main', draft },
  })
  await hub.mirror('pull_request', `/pulls/${opened.number}`)
  return opened
}
