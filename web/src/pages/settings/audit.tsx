import { HistoryIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEntry } from '../../../../contract/identity.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { usePageTitle } from '../../components/page.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { auditQuery } from '../../data/queries.ts'
import styles from './settings.module.css'

/** Who did what to the hub itself. */
export function AuditTab() {
  usePageTitle('Audit log · Settings')
  const query = useInfiniteQuery(auditQuery)
  return (
    <List
      label="Audit log"
      query={query}
      identity={(entry) => entry.seq}
      row={(entry) => <AuditRow entry={entry} />}
      empty={
        <EmptyState icon={HistoryIcon} title="Nothing yet">
          Signing in, tokens, roles and settings leave a line here.
        </EmptyState>
      }
    />
  )
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const detail = Object.entries(entry.detail)
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <div className={styles.title}>
          {entry.actor ?? 'nobody'} <code>{entry.action}</code> {entry.target}
        </div>
        <div className={styles.quiet}>
          <RelativeTime at={entry.at} />
          {entry.ip && ` · ${entry.ip}`}
          {detail.map(
            ([name, value]) => ` · ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
          )}
        </div>
      </div>
    </div>
  )
}
