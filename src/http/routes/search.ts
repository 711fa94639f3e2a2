import { Type } from 'typebox'
import { OneOf, Paging } from '../../../contract/common.ts'
import { SearchCounts, SearchHit, SearchValue, SearchWordInfo } from '../../../contract/search/answers.ts'
import { longestQuery, parseQuery } from '../../../contract/search/parse-query.ts'
import { readQuery, typeOf } from '../../../contract/search/read-query.ts'
import {
  type SearchType,
  type SearchWordName,
  searchTypes,
  searchWords,
} from '../../../contract/search/words.ts'
import { hasRole, type Viewer } from '../../domain/access.ts'
import { kindOfType } from '../../domain/search/kind-of-type.ts'
import { planSearch } from '../../domain/search/plan-search.ts'
import { planTexts } from '../../domain/search/plan-texts.ts'
import { findValues } from '../../store/search/find-values.ts'
import { countAll, searchAll, type TypedPlan } from '../../store/search/search-all.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['search']
const config = { access: 'read' } as const

const q = Type.String({ maxLength: longestQuery, description: 'As in `is:open label:bug author:@me crash`' })
/** Beyond, a count says only that there are more: nobody reads so far. */
const mostCounted = 1_000

/** Finds whatever the mirror holds and the viewer may read, in GitHub's search words. */
export function searchRoutes({ store: { read }, clock }: HttpDeps): Routes {
  const planFor = (type: SearchType, text: string, { login }: Viewer): TypedPlan => {
    const now = clock()
    if (type === 'repositories' || type === 'workflows' || type === 'people') {
      return { type, plan: planTexts(text, type, { login, now }) }
    }
    return { type, plan: planSearch(readQuery(text, type), { kind: kindOfType[type], login, now }) }
  }
  const eyesOf = ({ userId, role }: Viewer) => ({ userId, maintains: hasRole(role, 'maintainer') })

  return async (app) => {
    app.get(
      '/search',
      {
        config,
        schema: {
          tags,
          summary: 'What a search finds of one type, best first',
          querystring: Type.Object({ q, type: Type.Optional(OneOf(...searchTypes)), ...Paging.properties }),
          response: { 200: Type.Array(SearchHit) },
        },
      },
      async (request, reply) => {
        const { query, viewer } = request
        const type = query.type ?? typeOf(parseQuery(query.q)) ?? 'issues'
        const page = toPageRequest(query)
        const hits = await searchAll(read, { ...eyesOf(viewer), ...page, ...planFor(type, query.q, viewer) })
        return sendStorePage(reply, request, hits)
      },
    )

    app.get(
      '/search/counts',
      {
        config,
        schema: {
          tags,
          summary: 'How much a search finds of each type, and what of it was not understood',
          querystring: Type.Object({ q }),
          response: { 200: SearchCounts },
        },
      },
      async ({ query, viewer }) => {
        const type = typeOf(parseQuery(query.q))
        const counts = await Promise.all(
          (type ? [type] : searchTypes).map(async (each) => {
            const plan = planFor(each, query.q, viewer)
            const count = await countAll(read, { ...eyesOf(viewer), most: mostCounted + 1, ...plan })
            return { type: each, count: Math.min(count, mostCounted), more: count > mostCounted }
          }),
        )
        const { problems } = type ? readQuery(query.q, type) : parseQuery(query.q)
        return { counts, problems }
      },
    )

    app.get(
      '/search/words',
      {
        config,
        schema: { tags, summary: 'The words of the search', response: { 200: Type.Array(SearchWordInfo) } },
      },
      async () =>
        (Object.keys(searchWords) as SearchWordName[]).map((word) => {
          const { means, types, values } = searchWords[word]
          return { word, means, types: [...types], values: typeof values === 'string' ? values : [...values] }
        }),
    )

    app.get(
      '/search/values',
      {
        config,
        schema: {
          tags,
          summary: 'What may stand behind the colon of a word',
          querystring: Type.Object({
            of: OneOf('person', 'label', 'milestone', 'repository', 'branch'),
            q: Type.Optional(Type.String({ maxLength: 100, description: 'What it holds' })),
            repository: Type.Optional(
              Type.String({ maxLength: 201, description: 'Only there: `owner/name`' }),
            ),
          }),
          response: { 200: Type.Array(SearchValue) },
        },
      },
      async ({ query, viewer }) =>
        await findValues(read, {
          userId: viewer.userId,
          of: query.of,
          text: query.q ?? '',
          repository: query.repository,
          limit: 20,
        }),
    )
  }
}
