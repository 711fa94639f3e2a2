import { createHmac, randomUUID } from 'node:crypto'
import type { Deliver, EmulatorParts } from './emulate.ts'
import { completePayload, type Hook, type HookPayload, NO_COMMIT, pushedCommit } from './hook-payloads.ts'

/**
 * Where emulate's webhooks differ from GitHub's so that it matters here, and what is sent instead:
 * - the log of what was sent holds neither payload nor headers → both, of the last thousand
 * - X-GitHub-Delivery counts 1, 2, 3 and begins anew with each start → a GUID that is never used twice
 * - payloads lack `organization`, `number`, `action` on workflow_run, most of `push` → completed
 * - labels on a pull request are sent as `issues` → as `pull_request`
 * - after a merge, a new or a deleted branch there is no `push`, after a push no `synchronize` → sent as well
 *
 * Everything goes out through emulate's own dispatcher: signed with the hook's secret, listed in its deliveries.
 * Repository hooks only: emulate never sends a repository's events to a hook of the organisation.
 *
 * `ask` reads the local GitHub's REST API, `onSent` hears of every event, `onError` of what could not be completed.
 * Returns what takes the place of emulate's `dispatch`, and what was sent.
 */
export function createGithubDeliveries(
  { rows, hooks, deliver }: EmulatorParts,
  heard: {
    ask: (path: string) => Promise<unknown>
    onSent: (hook: Hook) => void
    onError: (error: unknown) => void
  },
): { deliver: Deliver; sentAs: SentAs } {
  const sent = new Map<number, { guid: string; headers: Record<string, string>; body: string }>()
  hooks.setHeaderFactory(({ event, body, subscription, deliveryId }) => {
    const guid = randomUUID()
    const headers = githubHeaders({
      ...{ event, guid, body, hookId: subscription.id, secret: subscription.secret },
    })
    sent.set(deliveryId, { guid, headers, body })
    sent.delete(deliveryId - mostKept)
    return headers
  })

  async function send(hook: Hook): Promise<void> {
    const [owner, repo] = hook.payload.repository.full_name.split('/')
    heard.onSent(hook)
    await deliver(hook.event, hook.action, hook.payload, owner!, repo)
    for (const next of await consequencesOf(hook)) await send(completePayload(next, rows))
  }

  /** What GitHub would send next because of this. */
  async function consequencesOf({ event, action, payload }: Hook): Promise<Hook[]> {
    const pull = payload.pull_request
    if (event === 'push') return movePulls(payload)
    if (event === 'create') {
      const after = rows.branches
        .findBy('repo_id', payload.repository.id)
        .find((branch) => branch.name === payload.ref)?.sha
      return after ? [push(payload, `refs/heads/${payload.ref}`, NO_COMMIT, after)] : []
    }
    if (event !== 'pull_request' || action !== 'closed' || !pull?.merged) return []
    const merged = push(payload, `refs/heads/${pull.base.ref}`, pull.base.sha, pull.merge_commit_sha!)
    const isKept = rows.branches
      .findBy('repo_id', payload.repository.id)
      .some((branch) => branch.name === pull.head.ref)
    return isKept
      ? [merged]
      : [merged, push(payload, `refs/heads/${pull.head.ref}`, pull.head.sha, NO_COMMIT)]
  }

  /** After a push, open pull requests have a new head or a new base; emulate leaves them where they were. */
  async function movePulls({ repository, sender, ref, before, after }: HookPayload): Promise<Hook[]> {
    if (!after || after === NO_COMMIT || before === NO_COMMIT) return []
    const branch = ref?.replace('refs/heads/', '')
    const open = rows.pullRequests.findBy('repo_id', repository.id).filter((pull) => pull.state === 'open')
    // not through `update`, which would stamp each of them as updated now
    for (const pull of open) if (pull.base_ref === branch) pull.base_sha = after
    const synchronized: Hook[] = []
    for (const pull of open) {
      if (pull.head_ref !== branch || pull.head_sha === after) continue
      rows.pullRequests.update(pull.id, { head_sha: after, commits: pull.commits + 1 })
      const pull_request = (await heard.ask(
        `/repos/${repository.full_name}/pulls/${pull.number}`,
      )) as HookPayload['pull_request']
      const payload = { action: 'synchronize', before, after, pull_request, repository, sender }
      synchronized.push({ event: 'pull_request', action: 'synchronize', payload })
    }
    return synchronized
  }

  function push({ repository, sender }: HookPayload, ref: string, before: string, after: string): Hook {
    const commit = before === NO_COMMIT ? undefined : rows.commits.findOneBy('sha', after)
    const commits = commit ? [pushedCommit(commit)] : []
    return { event: 'push', action: undefined, payload: { ref, before, after, repository, sender, commits } }
  }

  return {
    sentAs(deliveryId) {
      const known = sent.get(deliveryId)
      if (!known) return undefined
      const payload = JSON.parse(known.body) as HookPayload
      return {
        guid: known.guid,
        repositoryId: payload.repository?.id ?? null,
        headers: known.headers,
        payload,
      }
    },
    async deliver(event, action, payload, owner, repo) {
      if (event === 'ping' || !repo) return deliver(event, action, payload, owner, repo)
      // the route that caused this does not wait for it
      await send(completePayload({ event, action, payload: payload as HookPayload }, rows)).catch(
        heard.onError,
      )
    },
  }
}

/** What was sent as a delivery of this number; undefined where that is forgotten. */
export type SentAs = (deliveryId: number) =>
  | {
      guid: string
      repositoryId: number | null
      headers: Record<string, string>
      payload: unknown
    }
  | undefined

/** Deliveries whose payloads are kept. */
const mostKept = 1000

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers */
function githubHeaders(delivery: {
  event: string
  guid: string
  body: string
  hookId: number
  secret: string | undefined
}): Record<string, string> {
  const signature =
    delivery.secret && createHmac('sha256', delivery.secret).update(delivery.body).digest('hex')
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': String(delivery.hookId),
    'x-github-hook-installation-target-type': 'repository',
    ...(signature && { 'x-hub-signature-256': `sha256=${signature}` }),
  }
}
