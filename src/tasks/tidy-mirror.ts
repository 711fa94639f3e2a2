import { syncRepositoryTask, tidyMirrorTask } from '../domain/mirror/sync-tasks.ts'
import { kindNamed } from '../mirror/kinds.ts'
import { readingOf } from '../mirror/odd.ts'
import { readListed } from '../mirror/read-listed.ts'
import type { Handler } from '../queue/queue.ts'
import { applyAgain } from '../store/deliveries.ts'
import { saveListed } from '../store/mirror.ts'
import { holdRepository } from '../store/repositories.ts'
import type { SetAsideRow } from '../store/rows/sync.ts'
import { noteReread, readSetAside, takeIn } from '../store/set-aside.ts'
import type { Db } from '../store/store.ts'
import { pruneTombstones } from '../store/tombstones.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { repeating } from './repeating.ts'

/** Rows of one transaction. */
const page = 100
const dayMs = 24 * 3_600_000
/** GitHub keeps deliveries for a week at most; what is told later than this is told by a list that is right. */
const rememberedMs = 30 * dayMs

/**
 * Keeps what is beside the mirror small: what was set aside by a reading that has learnt something since is read once
 * more, and what was deleted a month ago is forgotten; every day.
 */
export function tidyMirror(deps: MirrorTaskDeps): Handler {
  const { store, clock } = deps
  return repeating(deps, { task: tidyMirrorTask(), everyMs: dayMs }, async ({ signal }, again) => {
    let after: SetAsideRow | undefined
    do {
      const rows = await readSetAside(store.read, { limit: page, after })
      after = rows.length === page ? rows.at(-1) : undefined
      const outdated = rows.filter((row) => row.version !== versionOf(row))
      if (outdated.length > 0) {
        await store.write(async (tx) => {
          for (const row of outdated) await reread(tx, row, deps)
        })
      }
      signal.throwIfAborted()
    } while (after)
    await store.write((tx) => pruneTombstones(tx, clock() - rememberedMs))
    // By itself, as a sync locks tasks before tombstones.
    await store.write(again)
  })
}

function versionOf({ kind }: SetAsideRow): string {
  const known = kindNamed(kind)
  return known ? readingOf(known) : 'unknown'
}

/** Takes in what fits now; of what does not, notes that this reading refused it, too. */
async function reread(
  tx: Db,
  row: SetAsideRow,
  { enqueue, clock }: Pick<MirrorTaskDeps, 'enqueue' | 'clock'>,
): Promise<void> {
  const { repository_id: repositoryId, key, raw, size } = row
  const kind = kindNamed(row.kind)
  const version = versionOf(row)
  if (row.delivery_id !== null && (await applyAgain(tx, { id: row.delivery_id, now: clock() }))) {
    return await takeIn(tx, { repository_id: repositoryId, kind: row.kind, key })
  }
  if (!kind) return await noteReread(tx, { ...row, version, reason: row.reason })
  if (size > raw.length) {
    await enqueue(tx, { ...syncRepositoryTask(repositoryId), jobKeyMode: 'preserve_run_at' })
    return await noteReread(tx, { ...row, version, reason: row.reason })
  }
  const held = await holdRepository(tx, repositoryId)
  const { items, odd } = readListed(kind, [{ value: JSON.parse(raw), place: kind.name }], {
    repositoryId,
    asOf: null,
  })
  if (odd[0]) return await noteReread(tx, { ...row, version, reason: odd[0].reason })
  if (held) await saveListed(tx, kind, { repositoryId, items })
  await takeIn(tx, { repository_id: repositoryId, kind: kind.name, key })
}
