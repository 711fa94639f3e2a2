import { Type } from 'typebox'
import { mostSaved, SavedSearch } from '../../../contract/search/saved.ts'
import { coded } from '../../errors.ts'
import { listSavedSearches, saveSearches } from '../../store/search/saved-searches.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

const tags = ['search']

/** The searches that the viewer keeps: a short list, read and written whole, so that its order is kept, too. */
export function searchesRoutes({ store, clock }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/searches',
      {
        config: { access: 'read' },
        schema: { tags, summary: 'The searches you keep', response: { 200: Type.Array(SavedSearch) } },
      },
      async ({ viewer }) => await listSavedSearches(store.read, viewer.userId),
    )

    app.put(
      '/searches',
      {
        config: { access: 'write', role: 'viewer' },
        schema: {
          tags,
          summary: 'Keeps these searches, in this order, and no others',
          body: Type.Array(SavedSearch, { maxItems: mostSaved }),
          response: { 200: Type.Array(SavedSearch) },
        },
      },
      async ({ body, viewer }) => {
        const names = body.map(({ name }) => name.trim().toLowerCase())
        if (new Set(names).size < names.length) {
          throw coded('invalid_request', 'Two of these searches have one name. Give each its own.')
        }
        await store.write((tx) => saveSearches(tx, { userId: viewer.userId, searches: body, now: clock() }))
        return body
      },
    )
  }
}
