import { coded, isCoded, messageOf } from '../errors.ts'
import type { GithubClient } from './create-client.ts'
import { statusOf } from './failures.ts'
import type { Fetch } from './guarded-fetch.ts'

/** Opens what GitHub leads to: its answer, to be read as it comes. */
export type OpenDownload = (client: GithubClient, path: string, signal: AbortSignal) => Promise<Response>

/**
 * GitHub keeps logs and archives elsewhere, and answers with an address that is good for a minute and for whoever has
 * it. That place gets no credentials, and may not lead on. https://docs.github.com/en/rest/actions/workflow-jobs
 * Throws the `github_…` errors of the table.
 */
export function createDownloads({
  webUrl,
  apiUrl,
  fetch,
}: {
  webUrl: string
  apiUrl: string
  fetch: Fetch
}): OpenDownload {
  const own = new Set([new URL(apiUrl).origin, new URL(webUrl).origin])
  return async (client, path, signal) => {
    const { headers } = await client.request(`GET ${path}`, { request: { signal, redirect: 'manual' } })
    const location = headers.location ?? ''
    const url = URL.canParse(location, apiUrl) ? new URL(location, apiUrl) : null
    if (!location || !url || (url.protocol !== 'https:' && !own.has(url.origin)))
      throw coded('github_malformed', `GitHub answered ${path} without a safe address to read it at.`)
    const answer = await fetch(url, { signal, redirect: 'error' }).catch((cause: unknown) => {
      if (signal.aborted) throw signal.reason
      throw coded('github_unavailable', `${url.host} could not be reached: ${messageOf(cause)}`, { cause })
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      throw coded('github_unavailable', `${url.host} answered ${answer.status}.`)
    }
    return answer
  }
}

/** Whether GitHub said that there is no such log: it is too old, was deleted, or is not there yet. */
export function isMissing(error: unknown): boolean {
  return isCoded(error) && [404, 410].includes(statusOf(error) ?? 0)
}
