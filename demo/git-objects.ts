import { createHash } from 'node:crypto'
import type { GithubRows, TreeEntry } from './emulate-rows.ts'

/** A tree of files as a flat map from path to text. */
export type Files = ReadonlyMap<string, string>

export interface CommitInput {
  files: Files
  message: string
  parents: string[]
  author: { id: number; name: string; email: string }
  at: Date
}

/**
 * Writes blobs, trees and commits of one repository as git would name them: the ids are real git object ids
 * (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects). Returns the writer of commits, which gives the sha.
 */
export function createGitWriter(rows: GithubRows, repoId: number): (commit: CommitInput) => string {
  const known = new Set<string>()

  function once(sha: string, write: () => void): string {
    if (!known.has(sha)) write()
    known.add(sha)
    return sha
  }

  function writeBlob(text: string): TreeEntry & { size: number } {
    const size = Buffer.byteLength(text)
    const sha = once(objectId('blob', Buffer.from(text)), () =>
      rows.blobs.insert({
        repo_id: repoId,
        sha: objectId('blob', Buffer.from(text)),
        node_id: '',
        content: text,
        encoding: 'utf-8',
        size,
      }),
    )
    return { path: '', mode: '100644', type: 'blob', sha, size }
  }

  function writeTree(files: Files): string {
    const folders = new Map<string, Map<string, string>>()
    const entries: TreeEntry[] = []
    for (const [path, text] of files) {
      const slash = path.indexOf('/')
      if (slash < 0) {
        entries.push({ ...writeBlob(text), path })
      } else {
        const folder = path.slice(0, slash)
        const inside = folders.get(folder) ?? new Map<string, string>()
        folders.set(folder, inside.set(path.slice(slash + 1), text))
      }
    }
    for (const [path, inside] of folders) {
      entries.push({ path, mode: '040000', type: 'tree', sha: writeTree(inside) })
    }
    // git sorts a folder as if its name ended in a slash
    const sortName = (entry: TreeEntry) => Buffer.from(entry.type === 'tree' ? `${entry.path}/` : entry.path)
    entries.sort((a, b) => Buffer.compare(sortName(a), sortName(b)))
    const content = Buffer.concat(
      entries.flatMap((entry) => [
        Buffer.from(`${entry.mode.replace(/^0/, '')} ${entry.path}\0`),
        Buffer.from(entry.sha, 'hex'),
      ]),
    )
    const sha = objectId('tree', content)
    return once(sha, () =>
      rows.trees.insert({ repo_id: repoId, sha, node_id: '', tree: entries, truncated: false }),
    )
  }

  return ({ files, message, parents, author, at }) => {
    const tree = writeTree(files)
    const who = `${author.name} <${author.email}> ${Math.floor(at.getTime() / 1000)} +0000`
    const lines = [
      `tree ${tree}`,
      ...parents.map((sha) => `parent ${sha}`),
      `author ${who}`,
      `committer ${who}`,
    ]
    const sha = objectId('commit', Buffer.from(`${lines.join('\n')}\n\n${message}\n`))
    const date = at.toISOString()
    return once(sha, () =>
      rows.commits.insert({
        repo_id: repoId,
        sha,
        node_id: '',
        message,
        author_name: author.name,
        author_email: author.email,
        author_date: date,
        committer_name: author.name,
        committer_email: author.email,
        committer_date: date,
        tree_sha: tree,
        parent_shas: parents,
        user_id: author.id,
      }),
    )
  }
}

function objectId(type: 'blob' | 'tree' | 'commit', content: Buffer): string {
  return createHash('sha1').update(`${type} ${content.byteLength}\0`).update(content).digest('hex')
}
