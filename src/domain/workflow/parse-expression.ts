import { type Expr, ExpressionError, Lexer, Parser, wellKnownFunctions } from '@actions/expressions'
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast'
import { type Token, TokenType } from '@actions/expressions/lexer'
import { messageOf } from '../../errors.ts'
import { type Scope, scopeOf, widen } from './github-schema.ts'

const statusFunctions = ['success', 'failure', 'always', 'cancelled']

export interface CompiledExpression {
  expression: Expr
  /** Where one of its tokens begins in the text around the expression. */
  offsetOf: (token: Token) => number
  /** Calls a status function. */
  asksStatus: boolean
}

/** Longest expression; the lexer's own limit. */
const maxLength = 21_000

/** Of one text: a run parses and evaluates them in one go. */
const maxExpressions = 1_000

/** Levels of an expression: evaluating it calls itself once for each. */
const maxDepth = 200

/** A piece of a text: literal or computed. */
export type Compiled = string | CompiledExpression

/** A mistake in an expression; `offset` counts from the beginning of the text that holds it. */
export class ExpressionMistake extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** Whatever is evaluated was checked at its place before. */
const everything = ['step-if', 'job-if', 'step-with', 'workflow-output-context'].map(scopeOf).reduce(widen)

/** Cuts a text at its `${{ }}` and parses what is inside. Throws `ExpressionMistake`. */
export function compileTemplate(text: string, scope: Scope = everything): Compiled[] {
  const parts: Compiled[] = []
  let literalFrom = 0
  let count = 0
  for (;;) {
    const open = text.indexOf('${{', literalFrom)
    if (open === -1) break
    const from = open + 3
    const close = findClose(text, from)
    if (close === -1) throw new ExpressionMistake("'${{' is never closed by '}}'", open)
    if (++count > maxExpressions)
      throw new ExpressionMistake(`a text has at most ${maxExpressions} expressions`, open)
    if (open > literalFrom) parts.push(text.slice(literalFrom, open))
    parts.push(parse(text.slice(from, close), from, scope))
    literalFrom = close + 2
  }
  if (literalFrom < text.length) parts.push(text.slice(literalFrom))
  return parts
}

/** Parses an `if:`, with or without `${{ }}` around it. Throws `ExpressionMistake`. */
export function compileCondition(text: string, scope: Scope = everything): CompiledExpression {
  const open = /^\s*\$\{\{/.exec(text)
  if (!open) {
    const at = text.indexOf('${{')
    if (at !== -1) throw new ExpressionMistake(oneExpression, at)
    return parse(text, 0, scope)
  }
  const from = open[0].length
  const close = findClose(text, from)
  if (close === -1) throw new ExpressionMistake("'${{' is never closed by '}}'", from - 3)
  if (text.slice(close + 2).trim() !== '') throw new ExpressionMistake(oneExpression, close + 2)
  return parse(text.slice(from, close), from, scope)
}

const oneExpression = "a condition is one expression: put all of it inside one '${{ }}', or use none"

/** A path that begins at a context, as far as it is literal: `steps.build.outputs` → [steps, build, outputs]. */
export interface Reference {
  path: string[]
  offset: number
}

/** The paths that an expression reads. */
export function referencesOf({ expression, offsetOf }: CompiledExpression): Reference[] {
  const found: Reference[] = []
  const visit = (node: Expr): Reference | undefined => {
    if (node instanceof ContextAccess) {
      const reference = { path: [node.name.lexeme.toLowerCase()], offset: offsetOf(node.name) }
      found.push(reference)
      return reference
    }
    if (node instanceof IndexAccess) {
      const reference = visit(node.expr)
      if (!(node.index instanceof Literal)) {
        visit(node.index)
        return undefined
      }
      reference?.path.push(node.index.literal.coerceString())
      return reference
    }
    partsOf(node).forEach(visit)
    return undefined
  }
  visit(expression)
  return found
}

/** What an expression is made of, one level down. `.*` and literals have no parts. */
function partsOf(node: Expr): readonly Expr[] {
  if (node instanceof IndexAccess) return [node.expr, node.index]
  if (node instanceof Unary) return [node.expr]
  if (node instanceof Grouping) return [node.group]
  if (node instanceof Binary) return [node.left, node.right]
  if (node instanceof Logical || node instanceof FunctionCall) return node.args
  return []
}

/**
 * Whether an expression nests deeper than evaluating it may call itself. The parser bounds brackets and functions,
 * but not `1 == 1 == 1 …`, each of whose signs is a level.
 */
function isTooDeep(expression: Expr): boolean {
  let level: readonly Expr[] = [expression]
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) level = level.flatMap(partsOf)
  return level.length > 0
}

/** The `}}` that ends an expression, not one inside a quoted text; -1 when there is none. */
function findClose(text: string, from: number): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted
    else if (!quoted && text[at] === '}' && text[at + 1] === '}') return at
  }
  return -1
}

function parse(source: string, offset: number, scope: Scope): CompiledExpression {
  if (source.trim() === '') throw new ExpressionMistake('the expression is empty', offset)
  if (source.length > maxLength)
    throw new ExpressionMistake(`an expression has at most ${maxLength} characters`, offset)
  const tokens = lex(source, offset)
  const offsetOf = createOffsets(tokens, source, offset)
  for (const [index, token] of tokens.entries()) {
    // The lexer undoubles only the first '' of a quoted text.
    if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'")
    // The parser looks functions up in an object that inherits `constructor`.
    if (isCall(tokens, index) && inherited(token.lexeme)) {
      throw new ExpressionMistake(`Unrecognized function: '${token.lexeme}'`, offsetOf(token))
    }
  }
  const asksStatus = tokens.some((token, index) => isCall(tokens, index) && isStatusFunction(token.lexeme))
  try {
    const expression = new Parser(tokens, [...scope.contexts], [...scope.functions]).parse()
    if (isTooDeep(expression))
      throw new ExpressionMistake(`an expression compares at most ${maxDepth} values in a row`, offset)
    return { expression, offsetOf, asksStatus }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const at = tokens.find((token) => token.range.start === error.pos)
    throw new ExpressionMistake(error.message, at ? offsetOf(at) : offset)
  }
}

function lex(source: string, offset: number): Token[] {
  try {
    return new Lexer(source).lex().tokens
  } catch (error) {
    // Mistakes of the lexer tell their place only in words, and quote the whole expression after it.
    const message = messageOf(error)
    const located = /^(.*?)\. Located at position (\d+) within expression: /s.exec(message)
    if (!located) throw new ExpressionMistake(message, offset)
    throw new ExpressionMistake(located[1] ?? message, offset + Number(located[2]) - 1)
  }
}

/** Where tokens begin: only white space stands between one and the next. Lines within a quoted text mislead the lexer. */
function createOffsets(tokens: readonly Token[], source: string, offset: number): (token: Token) => number {
  let offsets: Map<Token, number> | undefined
  return (token) => {
    if (!offsets) {
      offsets = new Map()
      let at = 0
      for (const each of tokens) {
        while (at < source.length && /\s/.test(source.charAt(at))) at++
        offsets.set(each, offset + at)
        at += each.lexeme.length
      }
    }
    return offsets.get(token) ?? offset
  }
}

function isCall(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.type === TokenType.IDENTIFIER && tokens[index + 1]?.type === TokenType.LEFT_PAREN
}

function isStatusFunction(name: string): boolean {
  return statusFunctions.includes(name.toLowerCase())
}

function inherited(name: string): boolean {
  const key = name.toLowerCase()
  return key in wellKnownFunctions && !Object.hasOwn(wellKnownFunctions, key)
}
