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

/** What an expression may name at one place of a workflow. */
export interface Scope {
  contexts: readonly ContextName[]
  /** Whether `success()`, `failure()`, `always()` and `cancelled()` mean something here. */
  status: boolean
}

const contextNames = ['github', 'inputs', 'env', 'needs', 'steps', 'job'] as const
export type ContextName = (typeof contextNames)[number]

const statusFunctions = ['success', 'failure', 'always', 'cancelled'].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: 0,
}))

/** An expression, its text, and where that begins in the text around it. */
export interface CompiledExpression {
  expression: Expr
  source: string
  offset: number
  /** Calls a status function. */
  asksStatus: boolean
}

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

const everything: Scope = { contexts: contextNames, status: true }

/** Cuts a text at its `${{ }}` and parses what is inside. Throws `ExpressionMistake`. */
export function compileTemplate(text: string, scope: Scope = everything): Compiled[] {
  const parts: Compiled[] = []
  let literalFrom = 0
  for (;;) {
    const open = text.indexOf('${{', literalFrom)
    if (open === -1) break
    const from = open + 3
    const close = findClose(text, from)
    if (close === -1) throw new ExpressionMistake("'${{' is never closed by '}}'", open)
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
export function referencesOf({ expression, source, offset }: CompiledExpression): Reference[] {
  const found: Reference[] = []
  const visit = (node: Expr): Reference | undefined => {
    if (node instanceof ContextAccess) {
      const reference = { path: [node.name.lexeme.toLowerCase()], offset: offset + flat(source, node.name) }
      found.push(reference)
      return reference
    }
    if (node instanceof IndexAccess) {
      const reference = visit(node.expr)
      if (!(node.index instanceof Literal)) {
        if (isExpression(node.index)) visit(node.index)
        return undefined
      }
      reference?.path.push(node.index.literal.coerceString())
      return reference
    }
    if (node instanceof Unary) visit(node.expr)
    else if (node instanceof Grouping) visit(node.group)
    else if (node instanceof Binary) [node.left, node.right].forEach(visit)
    else if (node instanceof Logical || node instanceof FunctionCall) node.args.forEach(visit)
    return undefined
  }
  visit(expression)
  return found
}

/** `.*` has no class that is exported; whatever is left over has nothing to visit. */
function isExpression(node: Expr): boolean {
  return [ContextAccess, IndexAccess, Unary, Grouping, Binary, Logical, FunctionCall].some(
    (type) => node instanceof type,
  )
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
  try {
    const { tokens } = new Lexer(source).lex()
    for (const [index, token] of tokens.entries()) {
      // The lexer undoubles only the first '' of a quoted text.
      if (token.type === TokenType.STRING) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'")
      // The parser looks functions up in an object that inherits `constructor`.
      if (isCall(tokens, index) && inherited(token.lexeme)) {
        throw new ExpressionMistake(`Unrecognized function: '${token.lexeme}'`, offset + flat(source, token))
      }
    }
    const functions = scope.status ? statusFunctions : []
    const expression = new Parser(tokens, [...scope.contexts], functions).parse()
    const asksStatus = tokens.some((token, index) => isCall(tokens, index) && isStatusFunction(token.lexeme))
    return { expression, source, offset, asksStatus }
  } catch (error) {
    throw explain(error, source, offset)
  }
}

function isCall(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.type === TokenType.IDENTIFIER && tokens[index + 1]?.type === TokenType.LEFT_PAREN
}

function isStatusFunction(name: string): boolean {
  return statusFunctions.some((status) => status.name === name.toLowerCase())
}

function inherited(name: string): boolean {
  const key = name.toLowerCase()
  return key in wellKnownFunctions && !Object.hasOwn(wellKnownFunctions, key)
}

function explain(error: unknown, source: string, offset: number): ExpressionMistake {
  if (error instanceof ExpressionMistake) return error
  if (error instanceof ExpressionError)
    return new ExpressionMistake(error.message, offset + flat(source, error.pos))
  const message = messageOf(error)
  // Mistakes of the lexer tell their place only in words.
  const located = /^(.*)\. Located at position (\d+) within expression/s.exec(message)
  if (located) return new ExpressionMistake(located[1] ?? message, offset + Number(located[2]) - 1)
  if (message === 'ErrorExceededMaxLength')
    return new ExpressionMistake('an expression has at most 21,000 characters', offset)
  return new ExpressionMistake(message, offset)
}

/** Line and column inside an expression as one offset. */
function flat(source: string, place: Token | { line: number; column: number }): number {
  const { line, column } = 'range' in place ? place.range.start : place
  let start = 0
  for (let n = 0; n < line; n++) start = source.indexOf('\n', start) + 1
  return start + column
}
