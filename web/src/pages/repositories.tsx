import {
  GitPullRequestIcon,
  IssueOpenedIcon,
  LockIcon,
  RepoForkedIcon,
  RepoIcon,
  SearchIcon,
} from '@primer/octicons-react'
import { Label, Select, TextInput } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Repository } from '../../../contract/mirror.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { Row } from '../components/row.tsx'
import rows from '../components/rows.module.css'
import { SyncState } from '../components/sync-state.tsx'
import { repositoriesQuery, syncQuery } from '../data/queries.ts'
import type { RepositoriesSearch } from '../search.ts'
import styles from './repositories.module.css'

/** Every repository that the person may read on GitHub: searched, sorted, live. */
export function RepositoriesPage() {
  const search = useSearch({ from: '/app/repos' })
  const navigate = useNavigate({ from: '/repos' })
  const query = useInfiniteQuery(repositoriesQuery(search))
  const onChange = (next: RepositoriesSearch) => void navigate({ search: next, replace: true })
  return (
    <Page>
      <PageHeader title="Repositories" facts="What you may read on GitHub, mirrored here and followed live" />
      <List
        label="Repositories"
        query={query}
        identity={(repository) => repository.id}
        head={<Filter search={search} onChange={onChange} />}
        row={(repository, fresh) => <RepositoryRow repository={repository} fresh={fresh} />}
        empty={<NoRepositories filtered={Boolean(search.q)} />}
      />
    </Page>
  )
}

function Filter({
  search,
  onChange,
}: {
  search: RepositoriesSearch
  onChange: (search: RepositoriesSearch) => void
}) {
  const [text, setText] = useState(search.q ?? '')
  useEffect(() => {
    const q = text.trim() || undefined
    if (q === search.q) return
    const timer = setTimeout(() => onChange({ ...search, q }), 150)
    return () => clearTimeout(timer)
  })
  return (
    <>
      <TextInput
        leadingVisual={SearchIcon}
        aria-label="Search repositories"
        placeholder="Find a repository…"
        className={styles.search}
        value={text}
        onChange={(event) => setText(event.target.value)}
        spellCheck={false}
      />
      <Select
        aria-label="Sort"
        value={search.sort ?? 'pushed'}
        onChange={(event) => {
          const sort = event.target.value as NonNullable<RepositoriesSearch['sort']>
          onChange({ ...search, sort, direction: sort === 'name' ? 'asc' : 'desc' })
        }}
      >
        <Select.Option value="pushed">Last pushed</Select.Option>
        <Select.Option value="updated">Last updated</Select.Option>
        <Select.Option value="name">Name</Select.Option>
        <Select.Option value="open_issues">Open issues</Select.Option>
      </Select>
    </>
  )
}

function RepositoryRow({ repository, fresh }: { repository: Repository; fresh: boolean }) {
  const { owner, name } = repository
  const Glyph = repository.private ? LockIcon : repository.fork ? RepoForkedIcon : RepoIcon
  return (
    <Row
      icon={<Glyph className={styles.icon} />}
      title={
        <>
          <span className={rows.owner}>{owner}/</span>
          {name}
        </>
      }
      to="/repos/$owner/$repo"
      params={{ owner, repo: name }}
      labels={
        <>
          {repository.private && <Label>Private</Label>}
          {repository.archived && <Label variant="attention">Archived</Label>}
        </>
      }
      changed={`${repository.pushed_at} ${repository.open_issues} ${repository.open_pull_requests}`}
      fresh={fresh}
      meta={
        <>
          {repository.language && <span>{repository.language} ·</span>}
          <span className={styles.description}>{repository.description ?? 'No description'}</span>
        </>
      }
      trailing={
        <>
          {!repository.synced_at && <SyncState repository={repository} />}
          <span
            className={rows.count}
            title={`${repository.open_pull_requests} open pull requests`}
            role="img"
            aria-label={`${repository.open_pull_requests} open pull requests`}
          >
            <GitPullRequestIcon size={14} /> {repository.open_pull_requests}
          </span>
          <span
            className={rows.count}
            title={`${repository.open_issues} open issues`}
            role="img"
            aria-label={`${repository.open_issues} open issues`}
          >
            <IssueOpenedIcon size={14} /> {repository.open_issues}
          </span>
          <span className={`${rows.time} ${rows.wideOnly}`}>
            {repository.pushed_at && <RelativeTime at={repository.pushed_at} />}
          </span>
        </>
      }
    />
  )
}

function NoRepositories({ filtered }: { filtered: boolean }) {
  const syncing = useQuery(syncQuery).data?.some((row) => row.state === 'running' || row.state === 'waiting')
  if (filtered) {
    return (
      <EmptyState icon={RepoIcon} title="No repository matches">
        Names and descriptions are searched. Try fewer letters.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={RepoIcon} title={syncing ? 'Repositories are on their way' : 'No repositories yet'}>
      {syncing
        ? 'The first sync is reading what you may see on GitHub; the first repository appears here in a moment.'
        : 'Repositories that your GitHub account may read appear here. Grant the hub access to some on GitHub, then sync.'}
    </EmptyState>
  )
}
