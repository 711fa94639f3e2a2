import { fieldsOf, integerIn, objectIn, optionalTextIn } from '../domain/mirror/fields.ts'
import { registerWebhookTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import { type CodedError, isCoded } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import { githubEvents } from '../mirror/github-events.ts'
import { isApplied, isOfRepositories } from '../mirror/read-delivery.ts'
import type { Handler } from '../queue/queue.ts'
import { listReaders } from '../store/access.ts'
import { saveDeliveryLog } from '../store/delivery-logs.ts'
import { findRepository, setHook } from '../store/repositories.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { Db } from '../store/store.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
import { tellProgress } from './tell-progress.ts'

/**
 * What GitHub is asked to tell: what is applied, and what changes rights or workflows commonly start on.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
const events = [
  ...githubEvents.filter((event) => isApplied(event) && isOfRepositories(event)),
  'create',
  'delete',
  'label',
  'pull_request_review_comment',
  'release',
]

/**
 * Registers our webhook in a repository whose administrator is signed in. A webhook with our address is brought up
 * to date instead of doubled: the secret may be a new one, and GitHub does not tell which it has. That GitHub refuses
 * is written down for people to see, as the hub also works without. Of a repository that was read before, nobody told
 * what happened since: it is read once more.
 */
export function registerWebhook(deps: MirrorTaskDeps): Handler {
  const { store, tokens, github } = deps
  return async (task, context) => {
    const repositoryId = integerIn(fieldsOf(task, 'task'), 'repositoryId')
    const hook = deps.webhook()
    const repository = await findRepository(store.read, repositoryId)
    const holder = await tokens.tokenFor(repositoryId)
    if (!hook || !repository || !holder) return
    const readers = await listReaders(store.read, repositoryId)
    if (readers.find(({ user_id }) => user_id === holder.userId)?.permission !== 'admin') return

    const client = github.forBackground(holder.token, holder)
    const note = (tx: Db, error: CodedError | null, final = true) =>
      writeDown(tx, { repository, error, final, now: deps.clock() })
    try {
      const { hookId, wasSilent } = await ensureHook(client, { repository, hook, signal: context.signal })
      await store.write(async (tx) => {
        await setHook(tx, { repositoryId, hookId })
        if (hookId !== repository.hook_id) await beginLog(tx, { repositoryId, hookId, now: deps.clock() })
        if (repository.synced_at !== null && (wasSilent || hookId !== repository.hook_id)) {
          await deps.enqueue(tx, syncRepositoryTask(repositoryId))
        }
        await note(tx, null)
      })
    } catch (error) {
      if (!isRefusal(error)) {
        return await settleTrouble(
          { error, holder, again: registerWebhookTask(repositoryId), context, note },
          deps,
        )
      }
      await store.write(async (tx) => {
        await setHook(tx, { repositoryId, hookId: null })
        await note(tx, error)
      })
    }
  }
}

/** From its first moment on it is known what a webhook told, whatever is read of the repository meanwhile. */
async function beginLog(
  tx: Db,
  { repositoryId, hookId, now }: { repositoryId: number; hookId: number; now: number },
): Promise<void> {
  const place = { repository_id: repositoryId, hook_id: hookId }
  await saveDeliveryLog(tx, { ...place, read_until: now, etag: null, recovered: 0, now })
}

interface Wanted {
  repository: Pick<RepositoryRow, 'owner' | 'name' | 'hook_id' | 'synced_at'>
  hook: { url: string; secret: string }
  signal: AbortSignal
}

/** `wasSilent`: somebody had switched it off, and nobody told what happened then. */
async function ensureHook(
  client: GithubClient,
  { repository, hook, signal }: Wanted,
): Promise<{ hookId: number; wasSilent: boolean }> {
  const at = { owner: repository.owner, repo: repository.name, request: { signal } }
  const wanted = {
    active: true,
    events,
    config: { url: hook.url, secret: hook.secret, content_type: 'json', insecure_ssl: '0' },
  }
  // Where there is none yet, one request does; GitHub refuses a second one of the same address.
  const made = repository.hook_id === null && repository.synced_at === null ? await makeHook() : null
  if (made !== null) return { hookId: made, wasSilent: false }
  // GitHub allows twenty webhooks of one kind, so this page holds them all.
  const { data } = await client.request('GET /repos/{owner}/{repo}/hooks', { ...at, per_page: 100 })
  const ours = (data as unknown[])
    .map((item) => fieldsOf(item, 'hook'))
    .find((item) => optionalTextIn(objectIn(item, 'config'), 'url') === hook.url)
  const answer = ours
    ? await client.request('PATCH /repos/{owner}/{repo}/hooks/{hook_id}', {
        ...at,
        ...wanted,
        hook_id: integerIn(ours, 'id'),
      })
    : await client.request('POST /repos/{owner}/{repo}/hooks', { ...at, ...wanted })
  return {
    hookId: integerIn(fieldsOf(answer.data, 'hook'), 'id'),
    wasSilent: ours?.values.active === false,
  }

  async function makeHook(): Promise<number | null> {
    try {
      const { data } = await client.request('POST /repos/{owner}/{repo}/hooks', { ...at, ...wanted })
      return integerIn(fieldsOf(data, 'hook'), 'id')
    } catch (error) {
      if (isCoded(error, 'github_unprocessable')) return null
      throw error
    }
  }
}

/** The token may not, or GitHub does not take our address, as one that is not on the internet. */
function isRefusal(error: unknown): error is CodedError {
  return (
    isCoded(error, 'github_forbidden') ||
    isCoded(error, 'github_not_found') ||
    isCoded(error, 'github_unprocessable')
  )
}

interface Registered {
  repository: RepositoryRow
  error: CodedError | null
  final: boolean
  now: number
}

async function writeDown(tx: Db, { repository, error, final, now }: Registered): Promise<void> {
  tellProgress(tx, {
    repository,
    resource: 'webhook',
    state: error === null ? 'done' : final ? 'failed' : 'waiting',
    done: error ? 0 : 1,
    total: 1,
    error: error?.message ?? null,
    now,
  })
}
