import { CommentIcon, RepoIcon, WorkflowIcon } from '@primer/octicons-react'
import type { SearchHit } from '../../../../contract/search/answers.ts'
import { ActionsRunRow } from '../../components/actions-run-row.tsx'
import { IssueRow } from '../../components/issue-row.tsx'
import { Avatar } from '../../components/person.tsx'
import { PullRequestRow } from '../../components/pull-request-row.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow, Row } from '../../components/row.tsx'

type HitOf<Type extends SearchHit['type']> = Extract<SearchHit, { type: Type }>['item']

/** Something that was found, as its own list shows it. */
export function HitRow({ hit }: { hit: SearchHit }) {
  switch (hit.type) {
    case 'issues':
      return <IssueRow issue={hit.item} fullName={hit.item.repository} showRepository />
    case 'pulls':
      return <PullRequestRow pull={hit.item} fullName={hit.item.repository} showRepository />
    case 'actions_runs':
      return <ActionsRunRow run={hit.item} fullName={hit.item.repository} showRepository />
    case 'repositories':
      return <RepositoryHit repository={hit.item} />
    case 'comments':
      return <CommentHit comment={hit.item} />
    case 'commits':
      return <CommitHit commit={hit.item} />
    case 'workflows':
      return (
        <Row
          icon={<WorkflowIcon />}
          title={hit.item.name}
          to="/workflows/$id"
          params={{ id: hit.item.id }}
          meta="Workflow"
        />
      )
    case 'people':
      return (
        <Row
          icon={<Avatar person={hit.item} size={20} />}
          title={hit.item.login}
          to="/search"
          search={{ q: `involves:${hit.item.login}`, type: 'pulls' }}
          meta="Their pull requests and issues"
        />
      )
    default:
      return hit satisfies never
  }
}

/** What tells one from another, over all types. */
export function identityOf({ type, item }: SearchHit): string {
  if (type === 'people') return `${type} ${item.login}`
  if (type === 'commits') return `${type} ${item.repository} ${item.sha}`
  return `${type} ${item.id}`
}

function RepositoryHit({ repository }: { repository: HitOf<'repositories'> }) {
  const { owner, name, full_name, description, language, pushed_at } = repository
  return (
    <Row
      icon={<RepoIcon />}
      title={full_name}
      to="/repos/$owner/$repo"
      params={{ owner, repo: name }}
      meta={
        <>
          {language && <span>{language} ·</span>}
          <span>{description ?? 'No description'}</span>
        </>
      }
      trailing={pushed_at && <RelativeTime at={pushed_at} />}
    />
  )
}

function CommentHit({ comment }: { comment: HitOf<'comments'> }) {
  const { repository, issue_number, title, body, user, created_at, pull_request } = comment
  const [owner = '', repo = ''] = repository.split('/')
  return (
    <Row
      icon={<CommentIcon />}
      title={excerptOf(body)}
      to={pull_request ? '/repos/$owner/$repo/pulls/$number' : '/repos/$owner/$repo/issues/$number'}
      params={{ owner, repo, number: String(issue_number) }}
      meta={
        <>
          <span>
            {user?.login ?? 'ghost'} on {repository}#{issue_number} {title}
          </span>
          <span>·</span>
          <RelativeTime at={created_at} />
        </>
      }
    />
  )
}

function CommitHit({ commit }: { commit: HitOf<'commits'> }) {
  const author = commit.author.login ?? commit.author.name ?? 'unknown'
  return (
    <OutsideRow
      icon={<Avatar person={commit.author} size={20} />}
      title={commit.message.split('\n', 1)[0]}
      href={commit.html_url}
      meta={
        <span>
          {author} in {commit.repository} <RelativeTime at={commit.committed_at} />
        </span>
      }
      trailing={<code>{commit.sha.slice(0, 7)}</code>}
    />
  )
}

/** The beginning of a text, in one line. */
function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 159)}…` : line || 'No text'
}
