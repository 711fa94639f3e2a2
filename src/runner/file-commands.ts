/** Names and values that a command has written into `$GITHUB_OUTPUT`, `$GITHUB_ENV` or `$GITHUB_STATE`. */
export interface ReadPairs {
  pairs: Record<string, string>
  /** What is wrong with the rest; pairs before it count. */
  problem: string | null
}

/**
 * Reads `NAME=value` and `NAME<<DELIMITER`, lines and `DELIMITER`, as GitHub's runner does: which of `=` and `<<` comes
 * first decides, empty lines are skipped, and lines end at a line feed.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#environment-files
 */
export function readPairs(text: string): ReadPairs {
  const pairs: Record<string, string> = {}
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      const name = line.slice(0, equals)
      if (name === '') return { pairs, problem: `Invalid format '${line}': the name is empty` }
      pairs[name] = line.slice(equals + 1)
      continue
    }
    if (heredoc < 0) return { pairs, problem: `Invalid format '${line}'` }
    const name = line.slice(0, heredoc)
    const delimiter = line.slice(heredoc + 2)
    if (name === '' || delimiter === '') {
      return { pairs, problem: `Invalid format '${line}': name and delimiter must not be empty` }
    }
    const end = lines.indexOf(delimiter, at + 1)
    if (end === -1) return { pairs, problem: `Invalid value. Matching delimiter not found '${delimiter}'` }
    pairs[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return { pairs, problem: null }
}

/** The folders that a command has written into `$GITHUB_PATH`, a line each. */
export function readPaths(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
