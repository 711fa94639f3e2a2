import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import formats from 'ajv-formats'
import { readRoutes } from '../../scripts/github-answers.ts'

type Json = Record<string, unknown>

/** Taken from GitHub's OpenAPI description by `scripts/github-answers.ts`. */
const { examples, ...documented } = JSON.parse(
  readFileSync(new URL('./github-openapi.json', import.meta.url), 'utf8'),
) as { paths: Json; definitions: Json; examples: Json }

const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv, ['date-time'])
ajv.addSchema({ $id: 'whole', ...documented })
/** The same where whatever is there has to fit, and nothing has to be there. */
ajv.addSchema({ $id: 'loose', ...(loosened(documented) as object) })

function loosened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loosened)
  if (typeof value !== 'object' || value === null) return value
  const { required, oneOf, ...rest } = value as Json
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, loosened(inner)]))
  // A field of this name, not the word.
  if (required !== undefined && !Array.isArray(required)) schema.required = loosened(required)
  return Array.isArray(oneOf) ? { ...schema, anyOf: oneOf.map(loosened) } : schema
}

/** How GitHub documents that it answers an address; undefined where the hub does not read it. */
export function routeOf(address: string): string | undefined {
  const parts = address.replace(/\?.*$/, '').split('/')
  const fits = (route: string) => {
    const names = route.split('/')
    return (
      names.length === parts.length && names.every((name, at) => name.startsWith('{') || name === parts[at])
    )
  }
  const literal = (route: string) => route.split('/').filter((name) => !name.startsWith('{')).length
  return readRoutes.filter(fits).sort((a, b) => literal(b) - literal(a))[0]
}

function errorsOf(schema: 'whole' | 'loose', route: string, body: unknown): ErrorObject[] {
  if (!(route in documented.paths)) throw new Error(`The extract does not describe GET ${route}`)
  const id = `${schema}#/paths/${encodeURIComponent(route.replaceAll('/', '~1'))}`
  const validate = ajv.getSchema(id) ?? ajv.compile({ $ref: id })
  return validate(body) ? [] : (validate.errors ?? [])
}

const placeOf = (path: string) => path.replace(/\/\d+(?=\/|$)/g, '/#')

/** What in an answer is not as GitHub documents it, missing fields included: `/0/user/id must be integer`. */
export function faultsOf(route: string, body: unknown): string[] {
  return errorsOf('whole', route, body).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** What in an answer is not of the type that GitHub documents: `/#/user/id must be integer`. */
export function unfit(route: string, body: unknown): string[] {
  const errors = errorsOf('loose', route, body)
  return [...new Set(errors.map(({ instancePath, message }) => `${placeOf(instancePath)} ${message}`))]
}

/** Fields that GitHub documents to be always there, and an answer lacks. */
export function missing(route: string, body: unknown): string[] {
  return [
    ...new Set(
      errorsOf('whole', route, body)
        .filter(({ keyword, schemaPath }) => keyword === 'required' && !/\/(any|one)Of\//.test(schemaPath))
        .map(({ instancePath, params }) => `${placeOf(instancePath)}/${params.missingProperty}`),
    ),
  ]
}

/** GitHub's example of its answer to a served route, as a GitHub at another address gives it of one repository. */
export function exampleOfAnswer(
  route: string,
  { api, fullName }: { api: string; fullName: string },
): unknown {
  if (!(route in examples)) throw new Error(`The extract has no example of GET ${route}`)
  const text = JSON.stringify(examples[route])
    .replaceAll(/https:\/\/api\.github\.com\/repos\/[^/"{]+\/[^/"{]+/g, `${api}/repos/${fullName}`)
    .replaceAll('https://api.github.com', api)
    .replaceAll('https://HOSTNAME', api)
  return JSON.parse(text)
}
