import type { IssueTemplates, PullTemplate } from '../../contract/templates.ts'
import { fieldsOf, optionalIntegerIn, textIn } from '../domain/mirror/fields.ts'
import { readIssueTemplate } from '../domain/templates/read-issue-template.ts'
import { readTemplateConfig } from '../domain/templates/read-template-config.ts'
import { isCoded } from '../errors.ts'
import { readFileAt } from './actions-details.ts'
import type { GithubClient } from './create-client.ts'

interface Place {
  owner: string
  repo: string
}

interface Entry {
  name: string
  path: string
  type: string
  size: number
}

const patienceMs = 20_000
/** Nobody chooses from more, and each is a request. */
const mostTemplates = 30
/** In bytes; GitHub takes no longer texts than 65,536 characters. */
const largest = 256 * 1024

/** What GitHub offers whoever opens an issue: the repository's own templates, or those of the owner's `.github`. */
export async function readIssueTemplates(client: GithubClient, place: Place): Promise<IssueTemplates> {
  for (const at of sourcesOf(place)) {
    const folder = await listFolder(client, at, '.github/ISSUE_TEMPLATE')
    const files = folder.filter(({ type, size }) => type === 'file' && size <= largest)
    const config = files.find(({ name }) => /^config\.ya?ml$/.test(name))
    const templates = files.filter((file) => file !== config && /\.(md|ya?ml)$/.test(file.name))
    if (!config && templates.length === 0) continue
    return {
      ...readTemplateConfig(config ? await read(client, at, config) : ''),
      templates: await Promise.all(
        templates
          .slice(0, mostTemplates)
          .map(async (file) => readIssueTemplate(file.name, await read(client, at, file))),
      ),
    }
  }
  return { templates: [], ...readTemplateConfig('') }
}

/**
 * The texts that a pull request begins with: `pull_request_template.md` in one of the three folders where GitHub looks,
 * or each file of a folder of that name.
 * https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/creating-a-pull-request-template-for-your-repository
 */
export async function readPullTemplates(client: GithubClient, place: Place): Promise<PullTemplate[]> {
  for (const at of sourcesOf(place)) {
    for (const folder of ['.github', '', 'docs']) {
      const entries = (await listFolder(client, at, folder)).filter(({ name }) =>
        /^pull_request_template(\.(md|txt))?$/i.test(name),
      )
      const inside = await Promise.all(
        entries.map(({ type, path }) => (type === 'dir' ? listFolder(client, at, path) : [])),
      )
      const files = [...entries, ...inside.flat()].filter(
        ({ type, size }) => type === 'file' && size <= largest,
      )
      if (files.length === 0) continue
      return await Promise.all(
        files
          .slice(0, mostTemplates)
          .map(async (file) => ({ file: file.path, body: await read(client, at, file) })),
      )
    }
  }
  return []
}

/** Whoever has none of their own gets those of their account. */
function sourcesOf({ owner, repo }: Place): Place[] {
  return repo === '.github'
    ? [{ owner, repo }]
    : [
        { owner, repo },
        { owner, repo: '.github' },
      ]
}

/** What is in a folder, by name; nothing where it is not there. */
async function listFolder(client: GithubClient, { owner, repo }: Place, path: string): Promise<Entry[]> {
  try {
    const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...{ owner, repo, path },
      request: { signal: AbortSignal.timeout(patienceMs) },
    })
    const entries: unknown[] = Array.isArray(data) ? data : []
    return entries
      .map((entry, index) => {
        const fields = fieldsOf(entry, `${path}[${index}]`)
        const [name, inside, type] = ['name', 'path', 'type'].map((field) => textIn(fields, field))
        return { name: name!, path: inside!, type: type!, size: optionalIntegerIn(fields, 'size', 0) }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (isCoded(error, 'github_not_found')) return []
    throw error
  }
}

async function read(client: GithubClient, { owner, repo }: Place, { path }: Entry): Promise<string> {
  return await readFileAt(client, { owner, repo, path, ref: 'HEAD' })
}
