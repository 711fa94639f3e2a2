import type { CheckRun } from '../../contract/checks.ts'
import type { PullRequest } from '../../contract/mirror.ts'
import {
  type Fields,
  integerIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { progressOf } from './actions-progress.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'

const { plain, times, toldColumn } = columnsOf<CheckRun>()

/** GitHub lists checks by commit only: those of open pull requests are what people wait for. */
export const ofHead = {
  kind: 'pull_request',
  parameters: (pull: object) => ({ ref: (pull as PullRequest).head.sha }),
  wanted: (pull: object) => (pull as PullRequest).state === 'open',
}

/** https://docs.github.com/en/rest/checks/runs */
export const checkRun = {
  name: 'check_run',
  version: 1,
  table: 'check_runs',
  key: ['id'],
  columns: [
    ...plain('id', 'check_suite_id', 'head_sha', 'name', 'status', 'conclusion', 'app'),
    ...plain('title', 'summary', 'annotations_count', 'html_url', 'details_url'),
    ...times('started_at', 'completed_at'),
    toldColumn,
  ],
  read(object) {
    const suite = optionalObjectIn(object, 'check_suite')
    const output = optionalObjectIn(object, 'output')
    return {
      id: integerIn(object, 'id'),
      check_suite_id: suite && integerIn(suite, 'id'),
      head_sha: textIn(object, 'head_sha'),
      name: textIn(object, 'name'),
      status: textIn(object, 'status'),
      conclusion: optionalTextIn(object, 'conclusion'),
      app: appNameIn(object),
      title: output && optionalTextIn(output, 'title'),
      summary: output && (optionalTextIn(output, 'summary')?.slice(0, longestSummary) ?? null),
      annotations_count: (output && optionalIntegerIn(output, 'annotations_count', null)) ?? 0,
      html_url: optionalTextIn(object, 'html_url'),
      details_url: optionalTextIn(object, 'details_url'),
      started_at: optionalTimeIn(object, 'started_at'),
      completed_at: optionalTimeIn(object, 'completed_at'),
    }
  },
  told: { columns: ['id', 'head_sha', 'name', 'status', 'conclusion'] },
  replaces(incoming, stored) {
    const [told, known] = [lastMomentOf(incoming), lastMomentOf(stored)]
    return told === known ? farness(incoming) >= farness(stored) : told > known
  },
  events: { check_run: { at: 'check_run', subject: true } },
  listed: {
    resource: 'check_runs',
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    wrappedAs: 'check_runs',
    under: ofHead,
  },
} satisfies Kind<CheckRun>

/** The app that speaks; null for one that was deleted. */
export function appNameIn(object: Fields): string | null {
  const app = optionalObjectIn(object, 'app')
  return app && optionalTextIn(app, 'name')
}

/** Apps write whole reports into it, up to 64 KiB; a list shows its beginning. */
const longestSummary = 2_000

/** Check runs tell no time of change. One that is asked for again starts after it had ended. */
function lastMomentOf({ completed_at, started_at }: CheckRun): string {
  return completed_at ?? started_at ?? ''
}

const farness = ({ status }: CheckRun) => progressOf({ run_attempt: 0, status })
