import type { Commit } from '../../../contract/mirror.ts'
import { CheckState } from './check-state.tsx'
import { Avatar } from './person.tsx'
import { RelativeTime } from './relative-time.tsx'
import { OutsideRow } from './row.tsx'

/** One commit in a list, with what its checks say. */
export function CommitRow({ commit, fresh = false }: { commit: Commit; fresh?: boolean }) {
  const [title] = commit.message.split('\n')
  const author = commit.author.login ?? commit.author.name ?? 'unknown'
  return (
    <OutsideRow
      icon={<Avatar person={commit.author} size={20} />}
      title={title}
      labels={<CheckState checks={commit.checks} sha={commit.sha} />}
      href={commit.html_url}
      fresh={fresh}
      meta={
        <span>
          {author} committed <RelativeTime at={commit.committed_at} />
        </span>
      }
      trailing={<code>{commit.sha.slice(0, 7)}</code>}
    />
  )
}
