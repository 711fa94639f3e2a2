import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

// GitHub's own OpenAPI description of its REST API: its shapes, and an example of each answer.

type Json = Record<string, unknown>

interface Description {
  paths: Record<string, { get?: { responses: Record<string, { content: Record<string, Content> }> } }>
  components: { examples: Record<string, { value: unknown }> }
}
interface Content {
  schema: Json
  examples?: Record<string, { $ref: string }>
}

const description = createRequire(import.meta.url)(
  '@octokit/openapi/generated/api.github.com.json',
) as Description

// It has words of its own, and shapes that this does not know are as good as any.
const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
formats.default(ajv, ['date-time'])
ajv.addSchema({ $id: 'github', components: withNull(description.components) })

/** OpenAPI 3.0 says of anything that it may be null, JSON Schema only of what has a type. */
function withNull<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, schema) => {
    if (schema?.nullable !== true || 'type' in schema) return schema
    const { nullable: __, ...rest } = schema
    return { anyOf: [rest, { type: 'null' }] }
  })
}

function answerTo(route: string): Content {
  const content = description.paths[route]?.get?.responses['200']?.content['application/json']
  if (!content) throw new Error(`GitHub does not describe GET ${route}`)
  return content
}

/** What is wrong with an answer to a route, as `/repos/{owner}/{repo}`; empty where it is as GitHub describes it. */
export function faultsOf(route: string, answer: unknown): string[] {
  const { schema } = answerTo(route)
  const text = JSON.stringify(schema).replaceAll('"#/components', '"github#/components')
  const validate = ajv.compile(withNull(JSON.parse(text) as Json))
  if (validate(answer)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** GitHub's example of the answer to a route, as a GitHub at another address gives it of one repository. */
export function exampleOfAnswer(
  route: string,
  { api, fullName }: { api: string; fullName: string },
): unknown {
  const [reference] = Object.values(answerTo(route).examples ?? {})
  if (!reference) throw new Error(`GitHub shows no example of GET ${route}`)
  const { value } = description.components.examples[reference.$ref.split('/').at(-1)!]!
  const text = JSON.stringify(value)
    .replaceAll(/https:\/\/api\.github\.com\/repos\/[^/"{]+\/[^/"{]+/g, `${api}/repos/${fullName}`)
    .replaceAll('https://api.github.com', api)
    .replaceAll('https://HOSTNAME', api)
  return JSON.parse(text)
}
