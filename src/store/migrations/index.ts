import type { Migration } from '../migrate.ts'
import { firstLight } from './0001-first-light.ts'
import { runJournal } from './0002-run-journal.ts'
import { runRights } from './0004-run-rights.ts'
import { mirror } from './0005-mirror.ts'
import { repeatedDeliveries } from './0006-repeated-deliveries.ts'
import { liveReading } from './0007-live-reading.ts'
import { retention } from './0008-retention.ts'
import { branchCommits } from './0009-branch-commits.ts'
import { journalTurns } from './0010-journal-turns.ts'
import { arrivals } from './0011-arrivals.ts'
import { jobKeys } from './0012-job-keys.ts'
import { heal } from './0013-heal.ts'
import { checks } from './0014-checks.ts'
import { reviewsAndReleases } from './0015-reviews-and-releases.ts'
import { acts } from './0016-acts.ts'
import { search } from './0018-search.ts'
import { inbox } from './0019-inbox.ts'
import { causes } from './0020-causes.ts'
import { insights } from './0021-insights.ts'
import { discussions } from './0026-discussions.ts'
import { unhooked } from './0029-unhooked.ts'
import { toldTimes } from './0031-told-times.ts'
import { jobLogs } from './0032-job-logs.ts'
import { people } from './0038-people.ts'
import { issueLinks } from './0039-issue-links.ts'
import { alerts } from './0040-alerts.ts'
import { told } from './0042-told.ts'
import { searchCounts } from './0045-search-counts.ts'
import { stepLogs } from './0046-step-logs.ts'
import { concurrency } from './0047-concurrency.ts'
import { secrets } from './0050-secrets.ts'
import { overtaken } from './0052-overtaken.ts'

/** Every migration, in order. Once released, one is never edited: the next one follows it. */
export const migrations: readonly Migration[] = [
  firstLight,
  runJournal,
  runRights,
  mirror,
  repeatedDeliveries,
  liveReading,
  retention,
  branchCommits,
  journalTurns,
  arrivals,
  jobKeys,
  heal,
  checks,
  reviewsAndReleases,
  acts,
  search,
  inbox,
  causes,
  insights,
  discussions,
  unhooked,
  toldTimes,
  jobLogs,
  people,
  issueLinks,
  alerts,
  told,
  searchCounts,
  stepLogs,
  concurrency,
  secrets,
  overtaken,
]
