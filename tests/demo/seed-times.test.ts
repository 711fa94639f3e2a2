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
    const dated = [
      rows!.issues,
      rows!.pullRequests,
      rows!.comments,
      rows!.reviews,
      rows!.workflowRuns,
    ].flatMap((table) => table.all().map(({ created_at, updated_at }) => ({ created_at, updated_at })))
    await emulator.close()
    expect(dated.length).toBeGreaterThan(400)
    const late = now.toISOString()
    expect(dated.filter(({ updated_at }) => updated_at > late)).toEqual([])
    expect(dated.filter(({ created_at, updated_at }) => created_at > updated_at)).toEqual([])
  },
)
