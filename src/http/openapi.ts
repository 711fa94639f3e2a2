import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import { Problem } from '../../contract/common.ts'
import { statusTitle } from './status-title.ts'

/** Where the OpenAPI document is, and the page that shows it to people. */
export const openapiPath = '/api/v1/openapi.json'
export const docsPath = '/api/docs'

const introduction = `Lists are JSON arrays; \`?limit=\` and \`?after=\` page through them, the next page's address is in the \`Link\` header.
Errors are \`application/problem+json\` with \`code\`, \`detail\` and \`requestId\`.
Make an API token on the settings page or with \`npx cldcde token create\`, and send it as \`Authorization: Bearer cldcde_…\`.`

/** Collects what routes say about themselves into an OpenAPI 3.1 document: `app.swagger()` once the app is ready. */
export async function installOpenapi(app: FastifyInstance): Promise<void> {
  const named: Record<string, unknown> = {}
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
      const { response, ...described } = referToNamed(schema, named) as FastifySchema
      const problem = referToNamed(Problem, named)
      return { schema: { ...described, ...secured, response: describeAnswers(response ?? {}, problem) }, url }
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject
      document.openapiObject.components ??= {}
      Object.assign(document.openapiObject.components, { schemas: named })
      return document.openapiObject
    },
  })
}

/** Each answer with what it means, and a last one for the errors that any route may answer with: 400, 401, 429, … */
function describeAnswers(answers: object, problem: unknown): Record<string, unknown> {
  const described = Object.entries(answers).map(([status, schema]) => {
    const description = statusTitle(Number(status))
    if (schema.type === 'null') return [status, { type: 'null', description }]
    const good = schema.contentMediaType ?? 'application/json'
    const type = Number(status) < 400 ? good : 'application/problem+json'
    return [status, { description, content: { [type]: { schema } } }]
  })
  const otherwise = {
    description: 'Any other error',
    content: { 'application/problem+json': { schema: problem } },
  }
  return Object.fromEntries([...described, ['default', otherwise]])
}

/** A copy in which every schema with an `$id` is a reference to it; the schemas themselves are put into `named`. */
function referToNamed(value: unknown, named: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => referToNamed(item, named))
  if (typeof value !== 'object' || value === null) return value
  const { $id, ...rest } = value as Record<string, unknown>
  const copy = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, referToNamed(item, named)]))
  if (typeof $id !== 'string') return copy
  named[$id] = copy
  return { $ref: `#/components/schemas/${$id}` }
}
