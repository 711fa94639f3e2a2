interface Token {
  accepts: (character: string) => boolean
  repeat: 'once' | 'optional' | 'many' | 'some'
  /** It takes no character, and neither need so many behind it. */
  passes?: number
}

/**
 * Whether `text` matches a filter pattern of GitHub's workflows: `*` any characters but `/`, `**` any characters (with a
 * `/` behind it at the beginning of a name: any folders, or none),
 * `?` none or one of the preceding character, `+` one or more of it, `[]` one of a set or range, `\` escapes.
 * All states advance together, so that no pattern, however odd, costs more than length × length.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const tokens = compile(pattern)
  if (!tokens) return false
  let reached = withOptional(tokens, new Set([0]))
  for (const character of text) {
    const next = new Set<number>()
    for (const index of reached) {
      const token = tokens[index]
      if (!token?.accepts(character)) continue
      next.add(index + 1)
      if (token.repeat === 'many' || token.repeat === 'some') next.add(index)
    }
    reached = withOptional(tokens, next)
  }
  return reached.has(tokens.length)
}

/** Whether a filter pattern can be read. */
export function isGlob(pattern: string): boolean {
  return pattern !== '' && compile(pattern) !== null
}

/**
 * Whether `text` passes a list of patterns where a later `!pattern` takes back what an earlier one let in, as in
 * GitHub's `branches`.
 */
export function passesGlobs(patterns: readonly string[], text: string): boolean {
  let passes = false
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) passes &&= !matchesGlob(pattern.slice(1), text)
    else passes ||= matchesGlob(pattern, text)
  }
  return passes
}

/** Adds the positions that can be reached without reading a character. */
function withOptional(tokens: readonly Token[], reached: Set<number>): Set<number> {
  for (const index of reached) {
    const token = tokens[index]
    if (token?.repeat === 'optional' || token?.repeat === 'many') reached.add(index + 1)
    if (token?.passes) reached.add(index + 1 + token.passes)
  }
  return reached
}

function compile(pattern: string): Token[] | null {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    if (character === '*') {
      const any = pattern[at + 1] === '*'
      const begins = at === 0 || pattern[at - 1] === '/'
      if (any) at++
      // Any folders, or none: then neither the characters nor the `/` behind them.
      if (any && begins && pattern[at + 1] === '/')
        tokens.push({ accepts: () => false, repeat: 'optional', passes: 2 })
      tokens.push({ accepts: any ? () => true : (c) => c !== '/', repeat: 'many' })
    } else if (character === '?' || character === '+') {
      const previous = tokens.at(-1)
      if (previous?.repeat !== 'once') return null
      previous.repeat = character === '?' ? 'optional' : 'some'
    } else if (character === '[') {
      const end = pattern.indexOf(']', at + 1)
      const accepts = end === -1 ? null : characterSet(pattern.slice(at + 1, end))
      if (!accepts) return null
      tokens.push({ accepts, repeat: 'once' })
      at = end
    } else {
      const literal = character === '\\' ? pattern[++at] : character
      if (literal === undefined) return null
      tokens.push({ accepts: (c) => c === literal, repeat: 'once' })
    }
  }
  return tokens
}

function characterSet(body: string): ((character: string) => boolean) | null {
  if (body === '') return null
  const ranges: [string, string][] = []
  for (let at = 0; at < body.length; at++) {
    const from = body[at] ?? ''
    const isRange = body[at + 1] === '-' && at + 2 < body.length
    const to = isRange ? (body[at + 2] ?? '') : from
    if (isRange) at += 2
    ranges.push([from, to])
  }
  return (c) => ranges.some(([from, to]) => c >= from && c <= to)
}
