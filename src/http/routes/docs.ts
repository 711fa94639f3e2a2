import { type ApiDocument, renderApiDocs } from '../api-docs-page.ts'
import { docsPath, openapiPath } from '../openapi.ts'
import type { Routes } from '../route-access.ts'

/** The API, described for programs and for people. */
export function docsRoutes(): Routes {
  return async (app) => {
    const config = { access: 'public', quiet: true } as const
    app.get(openapiPath, { config, schema: { hide: true } }, async () => app.swagger())

    let page: string | undefined
    app.get(docsPath, { config, schema: { hide: true } }, async (_request, reply) => {
      page ??= renderApiDocs(app.swagger() as ApiDocument)
      return reply.type('text/html; charset=utf-8').send(page)
    })
  }
}
