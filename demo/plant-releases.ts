import type { CommitRow } from './emulate-rows.ts'
import { insertAt, type PlantedRepository, type Planting } from './planting.ts'

/** Plants what was released of a repository: every sixth commit of the default branch, with what it brought. */
export function plantReleases({ rows }: Planting, { row, readers }: PlantedRepository): void {
  const line = rows.commits.findBy('repo_id', row.id).filter(({ parent_shas }) => parent_shas.length > 0)
  const inOrder = line.sort((a, b) => a.committer_date.localeCompare(b.committer_date))
  for (let index = 5, minor = 1; index < inOrder.length; index += 6, minor++) {
    const commit = inOrder[index]!
    const at = new Date(commit.committer_date)
    const tag = `v1.${minor}.0`
    insertAt(
      rows.tags,
      'Tag',
      {
        repo_id: row.id,
        tag,
        sha: commit.sha,
        message: tag,
        tagger_name: commit.author_name,
        tagger_email: commit.author_email,
        tagger_date: commit.committer_date,
        object_type: 'commit',
        object_sha: commit.sha,
      },
      at,
    )
    insertAt(
      rows.releases,
      'Release',
      {
        repo_id: row.id,
        tag_name: tag,
        target_commitish: row.default_branch,
        name: tag,
        body: notesOf(inOrder.slice(index - 5, index + 1)),
        draft: false,
        prerelease: false,
        author_id: commit.user_id ?? readers[0]!.id,
        published_at: at.toISOString(),
      },
      at,
    )
  }
}

function notesOf(commits: readonly CommitRow[]): string {
  return ['## What is new', ...commits.map(({ message }) => `- ${message.split('\n', 1)[0]}`)].join('\n')
}
