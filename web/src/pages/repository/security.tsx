import { LockIcon, ShieldCheckIcon } from '@primer/octicons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ListedAlert } from '../../../../contract/alerts.ts'
import { AlertRow } from '../../components/alert-row.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { plainQuery } from '../../data/plain-queries.ts'
import { repositoryQuery } from '../../data/queries.ts'
import styles from './people.module.css'

const SEEING: ReadonlySet<string | null | undefined> = new Set(['push', 'maintain', 'admin'])

const parts = [
  { kind: 'dependabot_alert', title: 'Dependencies' },
  { kind: 'code_scanning_alert', title: 'Code' },
  { kind: 'secret_scanning_alert', title: 'Secrets' },
] as const

/** What GitHub warns of in the repository, to those whom it shows it to. */
export function SecurityTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/security' })
  const fullName = `${owner}/${repo}`
  const permission = useQuery(repositoryQuery(fullName)).data?.permission
  if (permission && !SEEING.has(permission)) {
    return (
      <EmptyState icon={LockIcon} title="Security alerts are not shown to you">
        GitHub shows them to those who may push to the repository.
      </EmptyState>
    )
  }
  const shown = parts.filter(({ kind }) => kind !== 'secret_scanning_alert' || permission === 'admin')
  return permission && shown.map((part) => <Part key={part.kind} fullName={fullName} {...part} />)
}

function Part({ fullName, kind, title }: { fullName: string; kind: ListedAlert['kind']; title: string }) {
  const query = useInfiniteQuery(plainQuery(kind, fullName))
  return (
    <>
      <h2 className={styles.heading}>{title}</h2>
      <List
        label={title}
        query={query}
        identity={(alert) => alert.number}
        row={(alert, fresh) => <AlertRow kind={kind} alert={alert} fresh={fresh} />}
        empty={
          <EmptyState icon={ShieldCheckIcon} title="No alerts">
            What GitHub finds here appears at once, where it is asked to look.
          </EmptyState>
        }
      />
    </>
  )
}
