import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Stats } from '../../../../contract/live.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonLine } from '../../components/skeleton.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { percentile, useLatency } from '../../data/latency.ts'
import { statsQuery } from '../../data/queries.ts'
import styles from './home.module.css'

/** The hub's own figures: measured, or a dash. */
export function Tiles() {
  const query = useQuery(statsQuery)
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <section className={styles.tiles} aria-label="How the hub does">
      {query.data ? <Figures stats={query.data} /> : names.map((name) => <Tile key={name} name={name} />)}
    </section>
  )
}

const names = ['Deliveries', 'Webhook to screen', 'Runs now', 'Success', 'Queue', 'GitHub quota']

function Figures({ stats }: { stats: Stats }) {
  const latency = useLatency()
  const shown = percentile(latency, 0.95) ?? stats.webhook_to_browser_ms.p95
  const depth = stats.queue.ready + stats.queue.running + stats.queue.delayed
  const { quota } = stats
  return (
    <>
      <Tile
        name="Deliveries"
        value={stats.deliveries_per_second.toLocaleString(undefined, { maximumFractionDigits: 1 })}
        unit="a second"
        change={trend(stats.deliveries_last_hour)}
        note={`${total(stats.deliveries_last_hour)} in the last hour`}
        to="/deliveries"
        chart={<Sparkline values={stats.deliveries_last_hour} label="Deliveries a minute in the last hour" />}
      />
      <Tile
        name="Webhook to screen"
        value={shown === null ? null : Math.round(shown).toLocaleString()}
        unit="ms, p95"
        note={latency.length > 0 ? `painted here, last ${latency.length}` : 'sent, last five minutes'}
        chart={<Sparkline values={latency} label="Milliseconds from webhook to this screen" />}
      />
      <Tile
        name="Runs now"
        value={stats.runs_in_progress.toLocaleString()}
        unit="in progress"
        change={trend(stats.runs_last_hour)}
        note={`${total(stats.runs_last_hour)} in the last hour`}
        to="/runs"
        chart={<Sparkline values={stats.runs_last_hour} label="Runs a minute in the last hour" />}
      />
      <Tile
        name="Success"
        value={
          stats.success_rate === null
            ? null
            : stats.success_rate.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 0 })
        }
        unit="of runs"
        note="of the last 100"
        to="/runs"
        chart={
          stats.success_rate !== null && <Meter value={stats.success_rate} label="Share that succeeded" />
        }
      />
      <Tile
        name="Queue"
        value={depth.toLocaleString()}
        unit="waiting"
        change={trend(stats.queue_last_hour)}
        note={stats.queue.failed > 0 ? `${stats.queue.failed.toLocaleString()} failed` : 'nothing failed'}
        chart={
          <Sparkline values={stats.queue_last_hour} label="Most waiting in each minute of the last hour" />
        }
      />
      <Tile
        name="GitHub quota"
        value={quota?.remaining.toLocaleString() ?? null}
        unit="left"
        note={
          quota
            ? `of ${quota.limit.toLocaleString()} until ${new Date(quota.reset_at).toLocaleTimeString([], { timeStyle: 'short' })}`
            : 'not asked yet'
        }
        chart={
          quota && <Meter value={quota.remaining / quota.limit} label="Share of the quota that is left" />
        }
      />
    </>
  )
}

function Tile({
  name,
  value,
  unit,
  change,
  note,
  to,
  chart,
}: {
  name: string
  /** null: not measured. Left out: on its way. */
  value?: ReactNode
  unit?: string
  change?: string | null
  note?: string
  to?: LinkProps['to']
  chart?: ReactNode
}) {
  return (
    <div className={styles.tile}>
      <div className={styles.tileHead}>
        <h2 className={styles.tileName}>{to ? <Link to={to}>{name}</Link> : name}</h2>
        {change && (
          <span className="numbers" title="The last ten minutes against the ten before">
            {change}
          </span>
        )}
      </div>
      {value === undefined ? (
        <SkeletonLine width="60%" height="1.5rem" />
      ) : (
        <p className={`${styles.tileValue} numbers`}>
          {value ?? '–'} <span className={styles.unit}>{value === null ? 'not measured yet' : unit}</span>
        </p>
      )}
      <div className={styles.chart}>{chart}</div>
      <p className={`${styles.note} numbers`}>{note}</p>
    </div>
  )
}

function Meter({ value, label }: { value: number; label: string }) {
  return <meter className={styles.meter} min={0} max={1} value={value} aria-label={label} />
}

/** The last ten minutes against the ten before, as `+24%`; null where there is nothing to compare with. */
function trend(minutes: readonly (number | null)[]): string | null {
  const [before, after] = [minutes.slice(-20, -10), minutes.slice(-10)]
  if (before.includes(null) || sum(before) === 0) return null
  return (sum(after) / sum(before) - 1).toLocaleString(undefined, {
    style: 'percent',
    signDisplay: 'always',
    maximumFractionDigits: 0,
  })
}

const sum = (counts: readonly (number | null)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0)
const total = (counts: readonly (number | null)[]) => sum(counts).toLocaleString()
