import { linesOf, readSuggestions } from '../../contract/suggestions.ts'

/** A comment on lines, as GitHub tells it. */
export interface SuggestingComment {
  id: number
  path: string
  body: string
  diff_hunk: string
  line: number | null
  start_line: number | null
  side: string | null
  user: { login: string; id: number } | null
}

/** Other words for some lines of a file. */
export interface Edit {
  path: string
  /** The first and the last line, from 1. */
  from: number
  to: number
  /** These lines when the words were written; empty: GitHub does not tell. */
  before: readonly string[]
  after: readonly string[]
}

/** The words of each suggestion in a comment. */
export function suggestionsIn(body: string): string[][] {
  return readSuggestions(body).flatMap((part) => (part.kind === 'suggestion' ? [part.lines] : []))
}

/** What the `part`-th suggestion of a comment changes, or why it cannot be applied. */
export function editOf(comment: SuggestingComment, part: number): Edit | string {
  const { path, line, start_line, side } = comment
  const name = `The suggestion on ${path}`
  const found = suggestionsIn(comment.body)[part]
  if (!found) return `The comment ${comment.id} has no such suggestion.`
  if (line === null) return `${name} is outdated: its lines are not part of the difference any more.`
  if (side === 'LEFT') return `${name} is about lines that are gone.`
  const from = start_line ?? line
  const before = linesOf(comment)
  return { path, from, to: line, before: before.length === line - from + 1 ? before : [], after: found }
}

/** A file with some edits in it, all of the same text; or why that cannot be. */
export function applyEdits(text: string, edits: readonly Edit[]): { text: string } | string {
  const lines = text.split('\n')
  // What ends the file is no line.
  const last = lines.at(-1) === '' ? lines.length - 1 : lines.length
  // From below, so that lines above keep their numbers.
  const ordered = edits.toSorted((a, b) => b.from - a.from)
  for (const [at, edit] of ordered.entries()) {
    const { path, from, to, before, after } = edit
    const now = lines.slice(from - 1, to)
    const end = now[0]?.endsWith('\r') ? '\r' : ''
    const below = ordered[at - 1]
    if (below && below.from <= to)
      return `Two suggestions on ${path} are about the same lines: apply one of them.`
    if (to > last || (before.length > 0 && !isSame(now, before)))
      return `The suggestion on ${path} is outdated: its lines are others now.`
    lines.splice(from - 1, to - from + 1, ...after.map((one) => one.replace(/\r$/, '') + end))
  }
  return { text: lines.join('\n') }
}

function isSame(now: readonly string[], before: readonly string[]): boolean {
  const bare = (line: string | undefined) => line?.replace(/\r$/, '')
  return now.length === before.length && now.every((line, at) => bare(line) === bare(before[at]))
}

/** What GitHub calls the commit, with whoever suggested it named as its co-author. */
export function messageOf(
  authors: readonly { login: string; id: number }[],
  {
    login,
    count,
    message,
    host,
  }: {
    /** Who applies them. */
    login: string
    count: number
    /** In place of GitHub's words. */
    message?: string | undefined
    /** Of GitHub's pages. */
    host: string
  },
): string {
  const [first] = authors
  const usual =
    count === 1 && first ? `Apply suggestion from @${first.login}` : 'Apply suggestions from code review'
  const others = authors.filter((author) => author.login.toLowerCase() !== login.toLowerCase())
  const lines = others.map((author) => {
    const address = `${author.id}+${author.login}@users.noreply.${host}`
    return `Co-authored-by: ${author.login} <${address}>`
  })
  const unique = [...new Set(lines)]
  return [message?.trim() || usual, ...(unique.length > 0 ? [unique.join('\n')] : [])].join('\n\n')
}
