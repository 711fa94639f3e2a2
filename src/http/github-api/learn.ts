import { fieldsOf } from '../../domain/mirror/fields.ts'
import type { Kind } from '../../mirror/kind.ts'
import { kinds } from '../../mirror/kinds.ts'
import { readListed } from '../../mirror/read-listed.ts'
import { readToldRepository } from '../../mirror/repository.ts'
import { applyPatch, saveListed } from '../../store/mirror.ts'
import { holdRepository, saveRepository } from '../../store/repositories.ts'
import type { Store } from '../../store/store.ts'
import type { Teaching } from './served.ts'

/** What GitHub answered to a read that the mirror should have been able to answer. */
export interface Lesson {
  repositoryId: number
  /** Undefined: the answer is the repository itself. */
  teaching: Teaching | undefined
  params: Readonly<Record<string, string>>
}

/** Brings GitHub's own answer into the mirror, by the rules of a sync: the next who asks needs not ask GitHub. */
export async function learn(
  store: Store,
  { repositoryId, teaching, params }: Lesson,
  data: unknown,
): Promise<void> {
  if (!teaching) {
    const repository = readToldRepository(fieldsOf(data, 'repository'))
    if (repository.id !== repositoryId) return
    await store.write((tx) => saveRepository(tx, repository, { revive: false }))
    return
  }
  const kind = kinds[teaching.kind] as Kind<object>
  const list = teaching.wrappedAs === undefined ? data : (data as Record<string, unknown>)[teaching.wrappedAs]
  const objects = (Array.isArray(list) ? list : [list]).map((value: unknown) => ({ value, place: 'answer' }))
  const under = teaching.under === undefined ? {} : { under: params[teaching.under]! }
  const { items, patches } = readListed(kind, objects, { repositoryId, asOf: null, ...under })
  await store.write(async (tx) => {
    const repository = await holdRepository(tx, repositoryId)
    if (!repository || repository.deleted_at !== null) return
    await saveListed(tx, kind, { repositoryId, items })
    for (const patch of patches) await applyPatch(tx, patch, { repositoryId })
  })
}
