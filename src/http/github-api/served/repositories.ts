import type { Viewer } from '../../../domain/access.ts'
import type { Db } from '../../../store/store.ts'
import { findProgress } from '../../../store/sync-progress.ts'
import { listToldRepositories, type ToldRepository } from '../../../store/told-repositories.ts'
import { pagingOf, rangeOf } from '../paging.ts'
import type { Answering, Asking, Served } from '../served.ts'
import { showRepository } from '../show-repository.ts'

/** https://docs.github.com/en/rest/repos/repos */
export const repositories: readonly Served[] = [
  {
    path: 'repos/:owner/:repo',
    async inRepository({ repository, api }) {
      const body = showRepository(repository, { api, alone: true })
      return body === null ? null : { body }
    },
  },
  {
    path: 'user/repos',
    async answer(asking) {
      const { query, db, viewer } = asking
      const isNarrowed = ['affiliation', 'type', 'since', 'before'].some((name) => query.has(name))
      // What a person may read is known once GitHub has listed it to its end.
      if (isNarrowed || !(await isListed(db, viewer))) return null
      return await listRepositories(asking)
    },
  },
]

async function isListed(db: Db, { userId, role }: Viewer): Promise<boolean> {
  // Whoever only looks brings no repository into the mirror.
  if (role === 'viewer') return false
  const progress = await findProgress(db, { scope: `user:${userId}`, resource: 'repositories' })
  return progress?.state === 'done'
}

async function listRepositories({ db, viewer, query, api }: Asking): Answering {
  const paging = pagingOf(query)
  const sort = sortOf(query.get('sort') ?? 'full_name')
  const asked = query.get('visibility') ?? 'all'
  if (!sort || !['all', 'public', 'private'].includes(asked)) return null
  const visibility = asked === 'all' ? undefined : (asked as 'public' | 'private')
  const direction = query.get('direction') ?? (sort === 'full_name' ? 'asc' : 'desc')
  const { rows, total } = await listToldRepositories(db, {
    ...{ userId: viewer.userId, visibility, sort, direction: direction === 'asc' ? 'asc' : 'desc' },
    ...rangeOf(paging),
  })
  const shown = rows.map((row: ToldRepository) => showRepository(row, { api }))
  if (shown.includes(null)) return null
  return { body: `[${shown.join(',')}]`, page: { paging, total } }
}

function sortOf(text: string) {
  return text === 'created' || text === 'updated' || text === 'pushed' || text === 'full_name'
    ? text
    : undefined
}
