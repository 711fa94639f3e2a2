import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

type Json = Record<string, unknown>

/** Taken from GitHub's OpenAPI description by `scripts/github-answers.ts`. */
const documented = JSON.parse(readFileSync(new URL('./github-openapi.json', import.meta.url), 'utf8')) as {
  paths: Json
  definitions: Json
}

const options = { strict: false, allErrors: true, validateFormats: false } as const
const whole = new Ajv(options).addSchema({ $id: 'whole', ...documented })
/** The same where whatever is there has to fit, and nothing has to be there. */
const loose = new Ajv(options).addSchema({ $id: 'loose', ...(loosened(documented) as object) })

function loosened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(loosened)
  if (typeof value !== 'object' || value === null) return value
  const { required, oneOf, ...rest } = value as Json
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, loosened(inner)]))
  // A field of this name, not the word.
  if (required !== undefined && !Array.isArray(required)) schema.required = loosened(required)
  return Array.isArray(oneOf) ? { ...schema, anyOf: oneOf.map(loosened) } : schema
}

/** Every route that the hub reads, as GitHub's description names it. */
export const documentedRoutes = Object.keys(documented.paths)

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
  return documentedRoutes.filter(fits).sort((a, b) => literal(b) - literal(a))[0]
}

const pointerOf = (route: string) => `#/paths/${encodeURIComponent(route.replaceAll('/', '~1'))}`

function compiled(ajv: Ajv, name: string, route: string): ValidateFunction {
  const id = `${name}${pointerOf(route)}`
  return ajv.getSchema(id) ?? ajv.compile({ $ref: id })
}

const placeOf = (path: string) => path.replace(/\/\d+(?=\/|$)/g, '/#')

/** What in an answer is not of the type that GitHub documents: `/#/user/id must be integer`. */
export function unfit(route: string, body: unknown): string[] {
  const validate = compiled(loose, 'loose', route)
  if (validate(body)) return []
  const errors = validate.errors ?? []
  return [...new Set(errors.map(({ instancePath, message }) => `${placeOf(instancePath)} ${message}`))]
}

/** Fields that GitHub documents to be always there, and an answer lacks. */
export function missing(route: string, body: unknown): string[] {
  const validate = compiled(whole, 'whole', route)
  if (validate(body)) return []
  const errors = validate.errors ?? []
  return [
    ...new Set(
      errors
        .filter(({ keyword, schemaPath }) => keyword === 'required' && !/\/(any|one)Of\//.test(schemaPath))
        .map(({ instancePath, params }) => `${placeOf(instancePath)}/${params.missingProperty}`),
    ),
  ]
}
