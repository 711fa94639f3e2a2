import { type Alias, Composer, CST, type Document, Lexer, type Node, Parser, visit } from 'yaml'
import { messageOf } from '../../errors.ts'

/** Largest source, in characters. */
const maxSourceLength = 262_144

/**
 * Words and signs of one source. A thousand steps have some 40,000; the parser spends up to ten times more on a
 * sign than on a letter, so that 256 KiB of brackets would cost it seconds.
 */
const maxLexemes = 100_000

/** Values within values. The parser calls itself once a level. */
const maxDepth = 100

export interface YamlDocument {
  root: Node | null
  /** What an alias stands for: the last value before it that has its name. */
  anchored: ReadonlyMap<Alias, Node>
}

/** Parses a source in time that grows with its length and no faster; null when `report` was told why not. */
export function parseYaml(
  source: string,
  report: (offset: number, message: string) => void,
): YamlDocument | null {
  if (source.length > maxSourceLength) {
    const size = Math.ceil(source.length / 1024)
    report(0, `a workflow has at most ${maxSourceLength / 1024} KiB; this one has ${size}`)
    return null
  }
  try {
    const document = compose(source)
    for (const error of document.errors) report(error.pos[0], error.message)
    if (document.errors.length > 0) return null
    return { root: document.contents, anchored: findAnchored(document) }
  } catch (error) {
    if (error instanceof Unreadable) report(error.offset, error.message)
    else if (error instanceof RangeError) report(0, `this is not YAML: ${messageOf(error)}`)
    else throw error
    return null
  }
}

class Unreadable extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** `parseDocument` of the library, which looks at each word on its way to the parser. */
function compose(source: string): Document {
  // The library compares each key with all others; the reader looks for doubled keys itself, in linear time.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false })
  const [document, second] = composer.compose(tokens(source), true, source.length)
  if (!document) throw new Unreadable('this is not YAML', 0)
  if (second)
    throw new Unreadable("a workflow is one document; a second one begins here, after '---'", second.range[0])
  return document as Document
}

function* tokens(source: string): Generator<CST.Token, void> {
  const parser = new Parser()
  const watch = createWatch()
  for (const lexeme of new Lexer().lex(source)) {
    watch(lexeme)
    yield* parser.next(lexeme)
  }
  yield* parser.end()
}

/** Counts words and follows how deep they nest; throws `Unreadable` at the word that goes too far. */
function createWatch(): (lexeme: string) => void {
  let count = 0
  let offset = 0
  let column = 0
  let flow = 0
  /** Columns at which block collections are open, outermost first. */
  const open: number[] = []
  let isScalar = false
  let isNewLine = true
  /** Where the key of a `:` may have begun: the first word after the last sign of the line. */
  let wordAt = 0
  let afterSign = true

  function enter(at: number): void {
    while (open.length > 0 && (open.at(-1) ?? 0) > at) open.pop()
    if (open.at(-1) !== at) open.push(at)
  }

  return (lexeme) => {
    if (++count > maxLexemes)
      throw new Unreadable(`a workflow has at most ${maxLexemes} words and signs; this is one more`, offset)
    const type = isScalar ? 'text' : CST.tokenType(lexeme)
    isScalar = type === 'scalar'
    // Marks of the lexer, which stand for no character.
    if (isScalar || type === 'doc-mode' || type === 'flow-error-end') return
    if (flow > 0) {
      if (type === 'flow-map-end' || type === 'flow-seq-end') flow--
    } else if (type === 'flow-map-end' || type === 'flow-seq-end') {
      throw new Unreadable(`nothing is open that '${lexeme}' could close`, offset)
    } else if (type === 'seq-item-ind' || type === 'explicit-key-ind') {
      enter(column)
      afterSign = true
    } else if (type === 'map-value-ind') {
      enter(afterSign ? column : wordAt)
      afterSign = true
    } else if (type !== 'space' && type !== 'newline' && type !== 'comment' && afterSign) {
      if (isNewLine) while (open.length > 0 && (open.at(-1) ?? 0) > column) open.pop()
      wordAt = column
      afterSign = false
    }
    if (type === 'flow-map-start' || type === 'flow-seq-start') flow++
    if (open.length + flow > maxDepth)
      throw new Unreadable(`values are nested more than ${maxDepth} levels deep here`, offset)
    if (type !== 'space' && type !== 'newline') isNewLine = false
    const lineEnd = lexeme.lastIndexOf('\n')
    if (lineEnd === -1) column += lexeme.length
    else {
      column = lexeme.length - lineEnd - 1
      isNewLine = true
      afterSign = true
    }
    offset += lexeme.length
  }
}

/** One walk for all aliases: the library walks the whole document for each. */
function findAnchored(document: Document): ReadonlyMap<Alias, Node> {
  const named = new Map<string, Node>()
  const anchored = new Map<Alias, Node>()
  visit(document, {
    Alias(_key, alias) {
      const node = named.get(alias.source)
      if (node) anchored.set(alias, node)
    },
    Value(_key, node) {
      if (node.anchor) named.set(node.anchor, node)
    },
  })
  return anchored
}
