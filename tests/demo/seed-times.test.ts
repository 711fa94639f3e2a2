import { expect, test } from 'vitest'
import { openEmulator } from '../../demo/emulate.ts'
import type { GithubRows } from '../../demo/emulate-rows.ts'
import { plantSeed } from '../../demo/plant-seed.ts'

const hour = 3_600_000
const monday = Date.parse('2026-11-23T00:30:00Z')
/** Working hours, nights and weekends: the seed looks at all of them. */
const moments = Array.from({ length: 24 }, (_, index) => new Date(monday + index * 7 * hour))

test.each(moments)(
  'a seed of %s has nothing in the future, and nothing before its beginning',
  async (now) => {
    const rows = await rowsOf(now)
    const dated = [rows.issues, rows.pullRequests, rows.comments, rows.reviews, rows.workflowRuns].flatMap(
      (table) => table.all().map(({ created_at, updated_at }) => ({ created_at, updated_at })),
    )
    expect(dated.length).toBeGreaterThan(400)
    const late = now.toISOString()
    expect(dated.filter(({ updated_at }) => updated_at > late)).toEqual([])
    expect(dated.filter(({ created_at, updated_at }) => created_at > updated_at)).toEqual([])
  },
)

test('what is planted is the same on every day, with a red build to look at', async () => {
  const first = facts(await rowsOf(moments[0]!))
  expect(first.filter((fact) => fact.startsWith('pull_request failure'))).not.toEqual([])
  for (const now of moments) expect(facts(await rowsOf(now))).toEqual(first)
})

/** What stands in the rows, without dates, and in no order: those alone depend on the day. */
function facts({ issues, pullRequests, comments, reviews, workflowRuns, jobs }: GithubRows): string[] {
  return [
    ...issues.all().map((row) => [row.repo_id, row.title, row.user_id, row.assignee_ids, row.label_ids]),
    ...pullRequests.all().map((row) => [row.repo_id, row.title, row.state, row.draft]),
    ...comments.all().map((row) => [row.repo_id, row.user_id, row.body]),
    ...reviews.all().map((row) => [row.repo_id, row.user_id, row.state, row.body]),
    ...workflowRuns.all().map((row) => [row.event, row.conclusion, row.repo_id, row.name]),
    ...jobs.all().map((row) => [row.name, row.conclusion]),
  ]
    .map((fact) => fact.join(' '))
    .sort()
}

async function rowsOf(now: Date): Promise<GithubRows> {
  let rows: GithubRows | undefined
  const emulator = await openEmulator({
    port: 0,
    oauthApp: { client_id: 'id', client_secret: 'secret', name: 'test', redirect_uris: [] },
    around(parts) {
      rows = parts.rows
      return { answer: parts.answer, deliver: parts.deliver }
    },
  })
  plantSeed({ rows: rows!, now })
  await emulator.close()
  return rows!
}
