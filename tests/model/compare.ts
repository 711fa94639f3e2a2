import { allKinds, type KindName } from '../../src/mirror/kinds.ts'
import { listItems } from '../../src/store/mirror.ts'
import type { Store } from '../../src/store/store.ts'
import { asExpected, type Expected, judged } from './expected.ts'
import { fullNameOf } from './render-repository.ts'
import type { Repository, World } from './state.ts'

export interface Difference {
  seed: number
  /** `issue 12 of acme/hello`, and what is otherwise. */
  what: string
  model: unknown
  mirror: unknown
}

/**
 * What is known: deliveries only; everything that a list shows as well; or lists only, as what was sent long ago is not
 * in the log any more.
 */
export type Known = 'deliveries' | 'everything' | 'lists'

/** Where the mirror is not what the model GitHub is. */
export async function compare(store: Store, world: World, known: Known): Promise<Difference[]> {
  const found: Difference[] = []
  for (const repository of world.repositories) {
    found.push(...(await compareRepository(store, world, repository, known)))
    for (const kind of allKinds) {
      const name = kind.name as KindName
      const judging = judged[name]
      if (!judging) continue
      const { rows, untold = [], unlisted, silent, some } = judging
      if ((known === 'deliveries' && silent) || (unlisted && (known === 'lists' || repository.isLate)))
        continue
      const isWanted = some && known !== 'deliveries' ? some(repository) : () => true
      const model = rows(repository)
      const items = await listItems(store.read, kind, { repositoryId: repository.id, without: '' })
      const mirror = new Map(items.map((item) => [String(item[kind.key.at(-1) as keyof object]), item]))
      for (const key of new Set([...model.keys(), ...mirror.keys()])) {
        const [wanted, item] = [model.get(key), mirror.get(key)]
        const fields = Object.keys(wanted ?? {}).filter(
          (field) => known !== 'deliveries' || !untold.includes(field),
        )
        const shown = item && asExpected(item, fields)
        const should = wanted && Object.fromEntries(fields.map((field) => [field, wanted[field]]))
        if (!isWanted(wanted ?? (item as Expected))) continue
        if (JSON.stringify(should) === JSON.stringify(shown)) continue
        found.push({
          seed: world.seed,
          what: `${name} ${key} of ${fullNameOf(repository)}`,
          ...differing(should, shown),
        })
      }
    }
  }
  for (const { id } of world.removed) {
    const access = await store.read
      .selectFrom('access')
      .select('user_id')
      .where('repository_id', '=', id)
      .executeTakeFirst()
    if (access)
      found.push({ seed: world.seed, what: `repository ${id}`, model: 'deleted', mirror: 'readable' })
  }
  return found
}

function differing(model: Expected | undefined, mirror: Expected | undefined) {
  if (!model || !mirror) return { model, mirror }
  const fields = Object.keys(model).filter(
    (field) => JSON.stringify(model[field]) !== JSON.stringify(mirror[field]),
  )
  const of = (row: Expected) => Object.fromEntries(fields.map((field) => [field, row[field]]))
  return { model: of(model), mirror: of(mirror) }
}

async function compareRepository(
  { read }: Store,
  { seed }: World,
  repository: Repository,
  known: Known,
): Promise<Difference[]> {
  const row = await read
    .selectFrom('repositories')
    .select(['full_name', 'private', 'archived', 'description', 'default_branch', 'deleted_at'])
    .select(['open_issues', 'open_pull_requests'])
    .where('id', '=', repository.id)
    .executeTakeFirst()
  const open = (items: Iterable<{ state: string }>) =>
    [...items].filter(({ state }) => state === 'open').length
  const model = {
    full_name: fullNameOf(repository),
    private: repository.private ? 1 : 0,
    archived: repository.archived ? 1 : 0,
    description: repository.description,
    default_branch: repository.default_branch,
    deleted_at: null,
    open_issues: open(repository.issues.values()),
    open_pull_requests: open(repository.pulls.values()),
  }
  const what = `repository ${repository.id} (${known})`
  if (!row) return [{ seed, what, model, mirror: undefined }]
  return JSON.stringify(model) === JSON.stringify({ ...model, ...row })
    ? []
    : [{ seed, what, ...differing(model, row) }]
}
