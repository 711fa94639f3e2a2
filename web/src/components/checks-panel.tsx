import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CheckRun, CommitStatus } from '../../../contract/checks.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { tellChecks } from './check-state.tsx'
import styles from './checks-panel.module.css'
import { Duration } from './duration.tsx'
import { ErrorState } from './error-state.tsx'
import { Section } from './page.tsx'
import { RelativeTime } from './relative-time.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { runLook, StateIcon } from './state-icon.tsx'
import { useGlow } from './use-glow.ts'

/** What apps and services say of a commit, what failed first. */
export function ChecksPanel({ fullName, sha }: { fullName: string; sha: string }) {
  const runs = useInfiniteQuery(plainQuery('check_run', fullName, { under: sha, limit: 100 }))
  const statuses = useInfiniteQuery(plainQuery('commit_status', fullName, { under: sha, limit: 100 }))
  const failed = [runs, statuses].find(({ isError }) => isError)
  const checks = [
    ...latestBy(itemsOf(runs), ({ app, name }) => `${app}/${name}`).map(ofRun),
    ...latestBy(itemsOf(statuses), ({ context }) => context).map(ofStatus),
  ].sort((a, b) => urgency(a) - urgency(b) || a.name.localeCompare(b.name))
  return (
    <Section title="Checks" aside={checks.length > 0 && <span>{summaryOf(checks)}</span>}>
      {runs.isPending && <SkeletonRows rows={3} />}
      {failed?.error && <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />}
      {runs.isSuccess && statuses.isSuccess && checks.length === 0 && (
        <p className={styles.none}>No check of this commit is known.</p>
      )}
      {checks.length > 0 && (
        <ul className={styles.checks} aria-label="Checks">
          {checks.map((check) => (
            <Row key={check.key} check={check} fullName={fullName} />
          ))}
        </ul>
      )}
    </Section>
  )
}

interface Check {
  key: string
  name: string
  /** Whose word it is, and what it says. */
  by: string | null
  says: string | null
  status: string
  conclusion: string | null
  /** Where it is told at length. */
  href: string | null
  begun: string | null
  ended: string | null
  /** It took no time: only that it was said is known. */
  saidAt: string | null
}

function Row({ check, fullName }: { check: Check; fullName: string }) {
  const row = useGlow<HTMLLIElement>(`${check.status} ${check.conclusion}`)
  const [owner, repo] = fullName.split('/') as [string, string]
  // A job of GitHub Actions is told here, too.
  const id = /\/actions\/runs\/(\d+)/.exec(check.href ?? '')?.[1]
  return (
    <li className={styles.check} ref={row}>
      <StateIcon look={runLook(check)} />
      <span className={styles.words}>
        {id ? (
          <Link
            to="/repos/$owner/$repo/actions/runs/$id"
            params={{ owner, repo, id }}
            className={styles.name}
          >
            {check.name}
          </Link>
        ) : check.href ? (
          <a href={check.href} target="_blank" rel="noreferrer" className={styles.name}>
            {check.name}
          </a>
        ) : (
          <span className={styles.name}>{check.name}</span>
        )}{' '}
        <span className={styles.says}>{[check.by, check.says].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={styles.time}>
        {check.saidAt && <RelativeTime at={check.saidAt} />}
        {check.begun !== check.ended && <Duration from={check.begun} to={check.ended} />}
      </span>
    </li>
  )
}

function ofRun(run: CheckRun): Check {
  const { id, name, app, title, status, conclusion, html_url, details_url, started_at, completed_at } = run
  return {
    key: `r${id}`,
    name,
    by: app,
    says: title,
    status,
    conclusion,
    href: details_url ?? html_url,
    begun: started_at,
    ended: completed_at,
    saidAt: null,
  }
}

function ofStatus({ id, context, state, description, creator, target_url, created_at }: CommitStatus): Check {
  return {
    key: `s${id}`,
    name: context,
    by: creator?.login ?? null,
    says: description,
    status: state === 'pending' ? 'in_progress' : 'completed',
    conclusion: state === 'success' ? 'success' : 'failure',
    href: target_url,
    begun: null,
    ended: null,
    saidAt: created_at,
  }
}

/** Of each name the last: lists are in that order. */
function latestBy<T extends { id: number }>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const latest = new Map<string, T>()
  for (const item of items) if (item.id > (latest.get(nameOf(item))?.id ?? 0)) latest.set(nameOf(item), item)
  return [...latest.values()]
}

const GOOD = new Set(['success', 'neutral', 'skipped'])
const isPending = ({ status }: Check) => status !== 'completed'
const hasFailed = (check: Check) => !isPending(check) && !GOOD.has(check.conclusion ?? '')
const urgency = (check: Check) => (hasFailed(check) ? 0 : isPending(check) ? 1 : 2)

function summaryOf(checks: readonly Check[]): string {
  const [failed, pending] = [checks.filter(hasFailed).length, checks.filter(isPending).length]
  const state = failed > 0 ? 'failure' : pending > 0 ? 'pending' : 'success'
  return tellChecks({ state, total: checks.length, failed, pending })
}
