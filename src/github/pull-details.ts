import type { Commit } from '../../contract/mirror.ts'
import type { PullFile } from '../../contract/pull-files.ts'
import { type Fields, fieldsOf, integerIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import { readCommit, withoutEmail } from '../mirror/commit.ts'
import type { GithubClient } from './create-client.ts'
import { readPage } from './readers.ts'

/** A pull request and the page of a list of it. */
export interface PullPage {
  owner: string
  repo: string
  number: number
  page: number
}

/** One page of a list of a pull request, and the number of the next. */
export interface PullItems<Item> {
  items: Item[]
  next: number | null
}

const patienceMs = 20_000

/** The files that a pull request changes, a hundred at a time; GitHub gives no more than 3,000. */
export async function readPullFiles(client: GithubClient, of: PullPage): Promise<PullItems<PullFile>> {
  return await readList(client, { ...of, what: 'files', read: readFile })
}

/** The commits of a pull request, a hundred at a time; GitHub gives no more than 250. */
export async function readPullCommits(client: GithubClient, of: PullPage): Promise<PullItems<Commit>> {
  return await readList(client, {
    ...of,
    what: 'commits',
    read: (fields) => withoutEmail(readCommit(fields)),
  })
}

async function readList<Item>(
  client: GithubClient,
  { owner, repo, number, page, what, read }: PullPage & { what: string; read: (fields: Fields) => Item },
): Promise<PullItems<Item>> {
  const { objects, next } = await readPage(client, {
    route: `GET /repos/{owner}/{repo}/pulls/{pull_number}/${what}`,
    parameters: { owner, repo, pull_number: number },
    page,
    signal: AbortSignal.timeout(patienceMs),
  })
  return { items: objects.map(({ value, place }) => read(fieldsOf(value, place))), next }
}

function readFile(file: Fields): PullFile {
  return {
    filename: textIn(file, 'filename'),
    previous_filename: optionalTextIn(file, 'previous_filename'),
    status: textIn(file, 'status'),
    additions: integerIn(file, 'additions'),
    deletions: integerIn(file, 'deletions'),
    sha: optionalTextIn(file, 'sha'),
    patch: optionalTextIn(file, 'patch'),
  }
}
