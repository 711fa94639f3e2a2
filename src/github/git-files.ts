import { fieldsOf, objectIn, objectsIn, textIn } from '../domain/mirror/fields.ts'
import type { GithubClient } from './create-client.ts'

/** A repository, by its names. */
export interface GitPlace {
  owner: string
  repo: string
}

/** A text file of a commit. */
export interface GitFile {
  text: string
  /** As in a tree: `100644`, or `100755` where it can be run. */
  mode: string
  /** The tree of the commit. */
  tree: string
}

/**
 * A file with its mode, which the contents API does not tell; undefined where there is none, or it is no text.
 * https://docs.github.com/en/rest/git
 */
export async function readGitFile(
  client: GithubClient,
  { owner, repo }: GitPlace,
  { commit, path, signal }: { commit: string; path: string; signal: AbortSignal },
): Promise<GitFile | undefined> {
  const request = { signal }
  const found = await client.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...{ owner, repo, commit_sha: commit, request },
  })
  const tree = textIn(objectIn(fieldsOf(found.data, 'commit'), 'tree'), 'sha')
  const names = path.split('/')
  let at = tree
  for (const [depth, name] of names.entries()) {
    const { data } = await client.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
      ...{ owner, repo, tree_sha: at, request },
    })
    const entry = objectsIn(fieldsOf(data, 'tree'), 'tree').find((one) => textIn(one, 'path') === name)
    const isLast = depth === names.length - 1
    if (!entry || textIn(entry, 'type') !== (isLast ? 'blob' : 'tree')) return undefined
    at = textIn(entry, 'sha')
    if (isLast) {
      const mode = textIn(entry, 'mode')
      const text = mode === '120000' ? undefined : await readBlob(client, { owner, repo, sha: at, signal })
      return text === undefined ? undefined : { text, mode, tree }
    }
  }
  return undefined
}

async function readBlob(
  client: GithubClient,
  { owner, repo, sha, signal }: GitPlace & { sha: string; signal: AbortSignal },
): Promise<string | undefined> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
    ...{ owner, repo, file_sha: sha },
    request: { signal },
  })
  const blob = fieldsOf(data, 'blob')
  const content = textIn(blob, 'content')
  const bytes = textIn(blob, 'encoding') === 'base64' ? Buffer.from(content, 'base64') : Buffer.from(content)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
