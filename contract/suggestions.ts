// Other words for lines of a pull request, within a comment on them.

/** A part of a comment: words, or other lines for those that it is about. */
export type Part = { kind: 'text'; text: string } | { kind: 'suggestion'; lines: string[] }

const fence = /^(`{3,})suggestion[^\n]*\n([\s\S]*?)^\1[ \t]*$/gm

/**
 * Takes a comment apart at its suggestions.
 * https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests
 */
export function readSuggestions(body: string): Part[] {
  const parts: Part[] = []
  const text = body.replaceAll('\r\n', '\n')
  let last = 0
  const say = (words: string) => {
    if (words.trim()) parts.push({ kind: 'text', text: words })
  }
  for (const found of text.matchAll(fence)) {
    say(text.slice(last, found.index))
    parts.push({ kind: 'suggestion', lines: found[2] ? found[2].replace(/\n$/, '').split('\n') : [] })
    last = found.index + found[0].length
  }
  say(text.slice(last))
  return parts
}

/** A suggestion of the lines as they are, to be changed. */
export function suggestionOf(lines: readonly string[]): string {
  const ticks = lines.some((line) => line.includes('```')) ? '````' : '```'
  return `${ticks}suggestion\n${lines.join('\n')}\n${ticks}`
}

/**
 * The lines that a comment is about, as they stood when it was written: the last of the part of the difference that it
 * carries. Fewer than it names where GitHub tells fewer.
 */
export function linesOf({
  diff_hunk,
  line,
  start_line,
}: {
  diff_hunk: string
  line: number | null
  start_line: number | null
}): string[] {
  const lines = diff_hunk.split('\n').filter((text) => text !== '' && !/^(@@|-|\\)/.test(text))
  const count = line !== null && start_line !== null ? line - start_line + 1 : 1
  return lines.slice(-count).map((text) => text.slice(1))
}
