import { Octokit } from '@octokit/core'
import type { DemoLog } from './local-github.ts'

export interface WebhookRegistration {
  apiUrl: string
  /** Token of somebody with admin rights on the repositories. */
  token: string
  /** Where the hub takes deliveries. */
  url: string
  secret: string
  log: DemoLog
}

/**
 * Puts the hub's webhook on every repository of the token's owner, all events, signed with the secret, and pings it.
 * One that is there already gets the secret of today instead. On every repository because emulate sends a
 * repository's events to no hook of the organisation. Returns the full names of the repositories.
 * https://docs.github.com/en/rest/repos/webhooks
 */
export async function registerWebhooks(options: WebhookRegistration): Promise<string[]> {
  const { apiUrl, token, url, secret, log } = options
  const github = new Octokit({ baseUrl: apiUrl, auth: token, log: quiet })
  const config = { url, secret, content_type: 'json', insecure_ssl: '0' }
  const repositories = await github.request('GET /user/repos', { per_page: 100 })
  const administered = repositories.data.filter((repository) => repository.permissions?.admin)
  await Promise.all(
    administered.map(async ({ name: repo, owner: { login: owner } }) => {
      const hooks = await github.request('GET /repos/{owner}/{repo}/hooks', { owner, repo, per_page: 100 })
      const mine = hooks.data.find((hook) => hook.config.url === url)
      const hook_id = mine?.id ?? (await create(owner, repo))
      if (mine)
        await github.request('PATCH /repos/{owner}/{repo}/hooks/{hook_id}', { owner, repo, hook_id, config })
      await github.request('POST /repos/{owner}/{repo}/hooks/{hook_id}/pings', { owner, repo, hook_id })
    }),
  )
  log.info({ url, repositories: administered.length }, 'webhooks registered')
  return administered.map((repository) => repository.full_name)

  async function create(owner: string, repo: string): Promise<number> {
    const created = await github.request('POST /repos/{owner}/{repo}/hooks', {
      owner,
      repo,
      config,
      events: ['*'],
    })
    return created.data.id
  }
}

/** Octokit writes every refused request to the console unless told otherwise. */
export const quiet = { debug() {}, info() {}, warn() {}, error() {} }
