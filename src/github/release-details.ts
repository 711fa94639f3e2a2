import type { Release, ReleaseNotes } from '../../contract/releases.ts'
import { fieldsOf, flagIn, textIn } from '../domain/mirror/fields.ts'
import { readRelease } from '../mirror/release.ts'
import type { GithubClient } from './create-client.ts'
import { readPage } from './readers.ts'

interface Place {
  owner: string
  repo: string
}

const patienceMs = 20_000

/** The drafts among the newest releases: GitHub lists them first, to those who may push. */
export async function readDrafts(client: GithubClient, parameters: Place): Promise<Release[]> {
  const { objects } = await readPage(client, {
    route: 'GET /repos/{owner}/{repo}/releases',
    parameters: { ...parameters },
    page: 1,
    signal: AbortSignal.timeout(patienceMs),
  })
  return objects
    .map(({ value, place }) => fieldsOf(value, place))
    .filter((fields) => flagIn(fields, 'draft'))
    .map(readRelease)
}

/** https://docs.github.com/en/rest/releases/releases#generate-release-notes-content-for-a-release */
export async function generateNotes(
  client: GithubClient,
  parameters: Place & { tag_name: string },
): Promise<ReleaseNotes> {
  const { data } = await client.request('POST /repos/{owner}/{repo}/releases/generate-notes', {
    ...parameters,
    request: { signal: AbortSignal.timeout(patienceMs) },
  })
  const notes = fieldsOf(data, 'notes')
  return { name: textIn(notes, 'name'), body: textIn(notes, 'body') }
}
