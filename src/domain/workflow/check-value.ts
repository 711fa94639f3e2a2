import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { checkTemplate } from './check-expressions.ts'
import { didYouMean } from './did-you-mean.ts'
import { type Scope, type Shape, scopeOf, shapesOf, widen } from './github-schema.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

type Mapping = Extract<Shape, { kind: 'mapping' }>
type Text = Extract<Shape, { kind: 'string' }>

/**
 * Checks what is written at a word against a type of GitHub's schema: its structure and the expressions in it. For words
 * that are accepted as they are; those that mean something here have readers of their own.
 */
export function checkValue(reader: YamlReader, entry: Entry, type: string): void {
  check(reader, entry.value, { type, scope: scopeOf(type), what: `'${entry.name}'`, at: entry.key })
}

interface Expected {
  type: string
  scope: Scope
  what: string
  /** Where problems of an absent value are shown. */
  at: Node
}

function check(reader: YamlReader, value: Node | null, expected: Expected): void {
  const node = reader.resolve(value)
  const shapes = shapesOf(expected.type)
  if (isMap(node)) {
    const mappings = shapes.filter((shape) => shape.kind === 'mapping')
    if (mappings.length > 0) checkMapping(reader, node, expected, mappings)
    else reader.problem(node, `${expected.what} must not be a mapping`)
  } else if (isSeq(node)) {
    const [sequence] = shapes.filter((shape) => shape.kind === 'sequence')
    if (!sequence) reader.problem(node, `${expected.what} must not be a list`)
    else
      for (const item of node.items) check(reader, item as Node | null, inside(expected, sequence.item, node))
  } else checkScalar(reader, node, expected, shapes)
}

/** What is expected of something inside of a value. */
function inside(outer: Expected, type: string, at: Node, what = `an item of ${outer.what}`): Expected {
  return { type, scope: widen(outer.scope, scopeOf(type)), what, at }
}

function checkMapping(reader: YamlReader, node: Node, expected: Expected, mappings: Mapping[]): void {
  const written = new Set<string>()
  // Of mappings that it may be, those remain that know each of its words.
  let candidates = mappings
  const [{ loose } = { loose: null }] = mappings
  for (const { name, key, value } of reader.entries(node, expected.what) ?? []) {
    written.add(name)
    if (loose && name.includes('${{')) {
      checkText(reader, key, name, expected)
      check(reader, value, inside(expected, 'any', key))
      continue
    }
    const knowing = candidates.filter(({ properties }) => properties.has(name))
    if (knowing.length > 0) candidates = knowing
    const type = knowing[0]?.properties.get(name)?.type ?? loose?.value
    if (type !== undefined) check(reader, value, inside(expected, type, key, `'${name}'`))
    else {
      const names = candidates.flatMap(({ properties }) => [...properties.keys()])
      reader.problem(key, `unknown key '${name}' in ${expected.what}${didYouMean(name, names)}`)
    }
  }
  const [only] = candidates
  for (const [name, { required }] of only?.properties ?? []) {
    if (required && !written.has(name)) reader.problem(expected.at, `${expected.what} needs '${name}'`)
  }
}

function checkScalar(
  reader: YamlReader,
  node: Node | null,
  expected: Expected,
  shapes: readonly Shape[],
): void {
  const value = isScalar(node) ? node.value : null
  if (node && typeof value === 'string' && value.includes('${{')) {
    checkText(reader, node, value, expected)
    return
  }
  const kind = kindOf(value)
  if (kind !== 'string' && shapes.some((shape) => shape.kind === kind)) return
  const texts = shapes.filter((shape) => shape.kind === 'string')
  // As with GitHub, a number or a boolean may be written where a text belongs, and nothing where it may be empty.
  if (texts.some((shape) => fits(String(value ?? ''), shape))) return
  reader.problem(node ?? expected.at, `${expected.what} must be ${wanted(shapes, texts)}`)
}

/** A text that holds expressions may become whatever is expected. */
function checkText(reader: YamlReader, node: Node, text: string, { scope, what }: Expected): void {
  if (scope.contexts.length + scope.functions.length === 0)
    reader.problem(node, `${what} must not hold an expression`)
  else checkTemplate(reader, node, text, { scope })
}

function kindOf(value: unknown): Shape['kind'] {
  if (typeof value === 'boolean' || typeof value === 'number') return typeof value as 'boolean' | 'number'
  return value === null ? 'null' : 'string'
}

function fits(value: string, { constant, nonEmpty }: Text): boolean {
  if (constant !== null) return value === constant
  return !nonEmpty || value !== ''
}

/** What could be there, in words. */
function wanted(shapes: readonly Shape[], texts: readonly Text[]): string {
  const constants = texts.flatMap(({ constant }) => (constant === null ? [] : [constant]))
  if (constants.length > 0 && constants.length === texts.length) return `one of ${constants.join(', ')}`
  if (texts.length > 0) return 'a text that is not empty'
  const kinds = [...new Set(shapes.map(({ kind }) => names[kind]))]
  return kinds.join(' or ')
}

const names: Readonly<Record<Shape['kind'], string>> = {
  mapping: 'a mapping',
  sequence: 'a list',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  null: 'empty',
}
