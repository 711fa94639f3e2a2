import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { coded } from '../errors.ts'

type Found = ReturnType<ReturnType<typeof Compile>['Errors']>[number]

/**
 * Checks requests against their TypeBox schemas. Bodies are taken as they are; parameters and queries, which arrive
 * as text, are converted and get their defaults. What does not fit is `invalid_request`, naming the place.
 */
export const validate: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // At the first request: compiling every schema at start would cost a tenth of a second and the memory of each.
  let compiled: ReturnType<typeof Compile> | undefined
  const part = httpPart === 'querystring' ? 'query' : (httpPart ?? 'request')
  return (value) => {
    compiled ??= Compile(schema)
    const validator = compiled
    const input = httpPart === 'body' ? value : validator.Convert(validator.Default(value))
    if (validator.Check(input)) return { value: input }
    return { error: coded('invalid_request', describe(part, validator.Errors(input) as Found[])) }
  }
}

function describe(part: string, errors: Found[]): string {
  const unknown = errors.find((error) => error.keyword === 'additionalProperties')
  const error = unknown ?? errors[0]
  const place = `${part}${(error?.instancePath ?? '').replaceAll('/', '.')}`
  if (!error) return `${place} is not valid.`
  if (error.keyword === 'additionalProperties') {
    return `${place} has unknown properties: ${error.params.additionalProperties.join(', ')}.`
  }
  if (error.keyword === 'enum') return `${place} must be one of ${error.params.allowedValues.join(', ')}.`
  return `${place} ${error.message}.`
}
