import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

/** Where the OpenAPI document is, and the page that shows it to people. */
export const openapiPath = '/api/v1/openapi.json'
export const docsPath = '/api/docs'

const introduction = `Lists are JSON arrays; \`?limit=\` and \`?after=\` page through them, the next page's address is in the \`Link\` header.
Errors are \`application/problem+json\` with \`code\`, \`detail\` and \`requestId\`.
Make an API token on the settings page or with \`npx cldcde token create\`, and send it as \`Authorization: Bearer cldcde_…\`.`

/** Collects what routes say about themselves into an OpenAPI 3.1 document: `app.swagger()` once the app is ready. */
export async function installOpenapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'CLDCDE Pro', version: 'v1', description: introduction },
      servers: [{ url: app.publicUrl }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'An API token, `cldcde_…`' },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      const secured = access === undefined || access === 'public' ? {} : { security: [{ bearer: [access] }] }
      return { schema: { ...schema, ...secured }, url }
    },
    refResolver: { buildLocalReference: (json, _uri, _fragment, i) => String(json.$id ?? `def-${i}`) },
  })
}
