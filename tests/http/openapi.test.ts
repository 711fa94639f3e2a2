import { Ajv2020 } from 'ajv/dist/2020.js'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EveryRoute, openEveryRoute } from '../support/every-route.ts'

interface Answer {
  description: string
  content?: Record<string, { schema: object }>
}
interface Operation {
  tags: string[]
  summary: string
  parameters?: { name: string; in: string; schema: object }[]
  responses: Record<string, Answer>
  security?: { bearer: string[] }[]
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

/** The same schemas, which allow no property that they do not name: an answer must not tell more than it says. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]))
  return copy.type === 'object' && copy.properties ? { additionalProperties: false, ...copy } : copy
}

/** Pages and the document itself. */
const undescribed = ['GET /api/docs', 'GET /api/v1/openapi.json']
/** GitHub describes its own API. */
const isGithubs = (route: string) => route.includes(' /api/v3/') || route === 'POST /api/graphql'

describe('the OpenAPI document', () => {
  let hub: EveryRoute
  let document: Document
  let ajv: Ajv2020
  beforeAll(async () => {
    hub = await openEveryRoute()
    document = (await hub.call('GET /api/v1/openapi.json', 'none')).json()
    ajv = new Ajv2020({ strict: true, allErrors: true })
    ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    ajv.addVocabulary(['openapi', 'info', 'servers', 'paths', 'components', 'tags'])
    ajv.addSchema(closed(document) as object, 'hub')
  })
  afterAll(() => hub[Symbol.asyncDispose]())

  const operationOf = (route: string) => {
    const [method = '', address = ''] = route.split(' ')
    const path = address.replace(/:(\w+)/g, '{$1}')
    return { method: method.toLowerCase(), path, operation: document.paths[path]?.[method.toLowerCase()] }
  }
  /** The answer of the document that one of the hub belongs to, and where in the document it is. */
  function documentedAnswer(route: string, { statusCode }: LightMyRequestResponse) {
    const { method, path, operation } = operationOf(route)
    const status = operation?.responses[statusCode] ? String(statusCode) : 'default'
    const pointer = ['paths', path, method, 'responses', status]
    return { answer: operation!.responses[status]!, pointer }
  }
  const escaped = (pointer: string[]) =>
    pointer.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')

  it('describes every route, and nothing else', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    expect([...described, ...undescribed].sort()).toEqual(
      [...hub.routes].filter((route) => !isGithubs(route)).sort(),
    )
  })

  it('says of each what it is for, what it takes and who may call it', () => {
    for (const route of hub.routes) {
      if (undescribed.includes(route) || isGithubs(route)) continue
      const { operation, path } = operationOf(route)
      expect(operation?.tags.length, route).toBe(1)
      expect(operation?.summary, route).toMatch(/^.{4,100}$/)
      const inPath = (operation?.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
      expect(inPath.sort(), route).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())
      const success = Object.keys(operation?.responses ?? {}).filter((status) => Number(status) < 400)
      if (!route.endsWith('/metrics') && !route.endsWith('/live'))
        expect(success.length, route).toBeGreaterThan(0)
    }
    expect(document.paths['/api/v1/repos/{owner}/{repo}/sync']?.post?.security).toEqual([
      { bearer: ['write'] },
    ])
  })

  it.each(['member', 'none', 'stranger', 'viewer'] as const)(
    'is what the hub answers to a %s',
    async (person) => {
      let bodies = 0
      for (const route of hub.routes) {
        if (undescribed.includes(route) || isGithubs(route) || route === 'GET /metrics') continue
        const got = await hub.call(route, person)
        const { answer, pointer } = documentedAnswer(route, got)
        expect(answer.description, route).not.toBe('')
        if (got.statusCode === 204 || got.statusCode === 302) {
          expect([route, got.body]).toEqual([route, ''])
          continue
        }
        const type = String(got.headers['content-type']).split(';', 1)[0]!
        expect([route, Object.keys(answer.content ?? {})]).toEqual([route, [type]])
        const place = escaped([...pointer, 'content', type, 'schema'])
        const validate = ajv.compile({ $ref: `hub#/${place}` })
        const body = type === 'text/plain' ? got.body : got.json()
        expect([route, body, validate(body), validate.errors]).toEqual([route, body, true, null])
        bodies++
      }
      expect(bodies).toBeGreaterThan(50)
    },
  )

  it('would notice an answer that is not as described', () => {
    const validate = ajv.compile({ $ref: 'hub#/components/schemas/Run' })
    expect(validate({ id: 1 })).toBe(false)
  })
})
