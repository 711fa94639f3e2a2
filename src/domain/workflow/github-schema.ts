import published from './github-schema.json' with { type: 'json' }

/**
 * What GitHub publishes about its workflow files (`workflow-v1.0.json` of the npm package `@actions/workflow-parser`,
 * MIT), without its texts for people; made by `scripts/workflow-schema.ts`.
 * https://github.com/actions/languageservices/blob/main/workflow-parser/src/workflow-v1.0.json
 */
const definitions = published.definitions as unknown as Readonly<Record<string, Definition>>

/** What a value may be. One of the properties besides `context` is there. */
interface Definition {
  /** Contexts and functions that expressions at this place may use, besides those of the places around it. */
  context?: readonly string[]
  'one-of'?: readonly string[]
  'allowed-values'?: readonly string[]
  mapping?: {
    properties?: Readonly<Record<string, string | { type: string; required?: boolean }>>
    'loose-key-type'?: string
    'loose-value-type'?: string
  }
  sequence?: { 'item-type': string }
  string?: { constant?: string; 'require-non-empty'?: boolean }
  boolean?: object
  number?: object
  null?: object
}

const builtIn: Readonly<Record<string, Definition>> = {
  any: { 'one-of': ['null', 'boolean', 'number', 'string', 'sequence', 'mapping'] },
  null: { null: {} },
  boolean: { boolean: {} },
  number: { number: {} },
  string: { string: {} },
  sequence: { sequence: { 'item-type': 'any' } },
  mapping: { mapping: { 'loose-key-type': 'string', 'loose-value-type': 'any' } },
}

function definitionOf(type: string): Definition {
  const definition = definitions[type] ?? builtIn[type]
  if (!definition) throw new Error(`GitHub's schema has no type ${type}`)
  return definition
}

/** A function that expressions may call at a place, as the parser of expressions takes it. */
export interface AllowedFunction {
  name: string
  minArgs: number
  maxArgs: number
}

/** What the expressions of one place may name. */
export interface Scope {
  contexts: readonly string[]
  functions: readonly AllowedFunction[]
}

const scopes = new Map<string, Scope>()

/** What expressions may name in a value of this type, by what its own definition says. */
export function scopeOf(type: string): Scope {
  let scope = scopes.get(type)
  if (!scope) {
    const context = definitionOf(type).context ?? []
    const calls = context.map((item) => /^(\w+)\((\d+),(\d+|MAX)\)$/.exec(item))
    scope = {
      contexts: context.filter((_, index) => !calls[index]),
      functions: calls.flatMap((call) => (call ? [allowed(call)] : [])),
    }
    scopes.set(type, scope)
  }
  return scope
}

function allowed([, name, least, most]: RegExpExecArray): AllowedFunction {
  return { name: name!, minArgs: Number(least), maxArgs: most === 'MAX' ? 255 : Number(most) }
}

/** Both together: what is allowed around a place is allowed in it. */
export function widen(outer: Scope, inner: Scope): Scope {
  if (inner.contexts.length + inner.functions.length === 0) return outer
  const names = new Set(inner.functions.map(({ name }) => name))
  return {
    contexts: [...new Set([...outer.contexts, ...inner.contexts])],
    functions: [...outer.functions.filter(({ name }) => !names.has(name)), ...inner.functions],
  }
}

/** Something that a value may be, without choices. */
export type Shape =
  | {
      kind: 'mapping'
      properties: ReadonlyMap<string, Property>
      loose: { key: string; value: string } | null
    }
  | { kind: 'sequence'; item: string }
  | { kind: 'string'; constant: string | null; nonEmpty: boolean }
  | { kind: 'boolean' | 'number' | 'null' }

export interface Property {
  type: string
  required: boolean
}

const shapes = new Map<string, readonly Shape[]>()

/** All that a value of this type may be. */
export function shapesOf(type: string): readonly Shape[] {
  let found = shapes.get(type)
  if (!found) {
    found = readShapes(definitionOf(type))
    shapes.set(type, found)
  }
  return found
}

function readShapes(definition: Definition): readonly Shape[] {
  if (definition['one-of']) return definition['one-of'].flatMap(shapesOf)
  if (definition['allowed-values']) return definition['allowed-values'].map((value) => text(value))
  if (definition.string) {
    const { constant, 'require-non-empty': nonEmpty = false } = definition.string
    return [text(constant ?? null, nonEmpty)]
  }
  if (definition.sequence) return [{ kind: 'sequence', item: definition.sequence['item-type'] }]
  if (definition.mapping) {
    const { properties = {}, 'loose-key-type': key, 'loose-value-type': value } = definition.mapping
    const known = Object.entries(properties).map(([name, property]): [string, Property] => {
      const { type, required = false } = typeof property === 'string' ? { type: property } : property
      return [name, { type, required }]
    })
    return [{ kind: 'mapping', properties: new Map(known), loose: key && value ? { key, value } : null }]
  }
  if (definition.boolean) return [{ kind: 'boolean' }]
  if (definition.number) return [{ kind: 'number' }]
  return [{ kind: 'null' }]
}

function text(constant: string | null, nonEmpty = false): Shape {
  return { kind: 'string', constant, nonEmpty }
}

/** The words of a mapping, in GitHub's order. */
export function propertiesOf(type: string): ReadonlyMap<string, Property> {
  const mapping = shapesOf(type).find((shape) => shape.kind === 'mapping')
  if (!mapping) throw new Error(`GitHub's schema has no mapping ${type}`)
  return mapping.properties
}

/** The texts that a value, or each item of a list of them, must be one of; none: any text. */
export function valuesOf(type: string): readonly string[] {
  return [
    ...new Set(
      shapesOf(type).flatMap((shape) => {
        if (shape.kind === 'sequence') return valuesOf(shape.item)
        return shape.kind === 'string' && shape.constant !== null ? [shape.constant] : []
      }),
    ),
  ]
}
