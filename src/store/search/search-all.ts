import type { SearchHit } from '../../../contract/search/answers.ts'
import type { SearchType } from '../../../contract/search/words.ts'
import type { SearchPlan } from '../../domain/search/plan-search.ts'
import type { TextPlan } from '../../domain/search/plan-texts.ts'
import { findActionsRuns } from '../actions.ts'
import { findComments } from '../comments.ts'
import { findCommits } from '../commits.ts'
import { findIssues } from '../issues.ts'
import type { Page, PageRequest } from '../keyset.ts'
import { findPullRequests } from '../pull-requests.ts'
import { listRepositories } from '../repositories.ts'
import type { Db } from '../store.ts'
import { listWorkflows } from '../workflow-lists.ts'
import { countEntries } from './find-entries.ts'
import { findPeople } from './find-people.ts'

/** A search as it is answered for one type. */
export type TypedPlan =
  | { type: 'issues' | 'pulls' | 'comments' | 'commits' | 'actions_runs'; plan: SearchPlan }
  | { type: 'repositories' | 'workflows' | 'people'; plan: TextPlan }

interface Eyes {
  userId: string
  /** Sees workflows of others that are not shared. */
  maintains: boolean
}

/** A page of what a search finds of one type, as far as the person may see it. */
export async function searchAll(
  db: Db,
  { userId, maintains, limit, after, ...asked }: Eyes & PageRequest & TypedPlan,
): Promise<Page<SearchHit>> {
  const page = { userId, limit, after }
  switch (asked.type) {
    case 'issues':
      return as(asked.type, await findIssues(db, { ...page, plan: asked.plan, ranked: true }))
    case 'pulls':
      return as(asked.type, await findPullRequests(db, { ...page, plan: asked.plan, ranked: true }))
    case 'comments':
      return as(asked.type, await findComments(db, { ...page, plan: asked.plan }))
    case 'commits':
      return as(asked.type, await findCommits(db, { ...page, plan: asked.plan, ranked: true }))
    case 'actions_runs':
      return as(asked.type, await findActionsRuns(db, { ...page, plan: asked.plan }))
    case 'repositories':
      return as(asked.type, await listRepositories(db, { ...page, ...asked.plan }))
    case 'workflows':
      return as(asked.type, await listWorkflows(db, { ...page, maintains, where: asked.plan.where }))
    case 'people':
      return as(
        asked.type,
        await findPeople(db, { ...page, where: asked.plan.where, begins: asked.plan.begins }),
      )
    default:
      return asked satisfies never
  }
}

/** How many things of one type a search finds, counted up to `most`. */
export async function countAll(
  db: Db,
  { userId, maintains, most, ...asked }: Eyes & TypedPlan & { most: number },
): Promise<number> {
  if ('match' in asked.plan) return await countEntries(db, { userId, plan: asked.plan, most })
  const { items } = await searchAll(db, { userId, maintains, limit: most, ...asked })
  return items.length
}

function as<Type extends SearchType>(type: Type, { items, next }: Page<object>): Page<SearchHit> {
  return { items: items.map((item) => ({ type, item }) as SearchHit), next }
}
