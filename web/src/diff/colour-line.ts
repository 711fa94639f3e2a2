/** A piece of a line and what it is, for its colour. */
export interface Token {
  text: string
  kind: 'plain' | 'comment' | 'string' | 'number' | 'keyword'
}

interface Language {
  comment: string
  words: ReadonlySet<string>
}

const words = (text: string) => new Set(text.split(' '))
const shared = 'if else for while return break continue true false null class import in not and or'
const cLike: Language = {
  comment: '\\/\\/.*|\\/\\*.*?\\*\\/',
  words: words(
    `${shared} const let var function new this async await export from default extends interface type enum ` +
      'switch case try catch finally throw static public private protected readonly void int string number boolean ' +
      'bool struct unknown never any ' +
      'func package go defer chan map range fn pub mut impl trait use mod match self undefined typeof instanceof',
  ),
}
const hashLike: Language = {
  comment: '#.*',
  words: words(
    `${shared} def lambda None True False self elif except with as pass yield raise then fi do done esac ` +
      'local export function end begin unless module require on jobs steps uses run name env',
  ),
}
const languages: Readonly<Record<string, Language>> = {
  ...Object.fromEntries(
    'ts tsx js jsx mjs cjs java go rs c h cpp cs kt swift scala php css scss json'
      .split(' ')
      .map((end) => [end, cLike]),
  ),
  ...Object.fromEntries(
    'py rb sh bash yml yaml toml dockerfile tf ini'.split(' ').map((end) => [end, hashLike]),
  ),
}

/** Longer lines are generated: nobody reads them by their colours. */
const LONGEST = 500
const patterns = new Map<Language, RegExp>()

/** The pieces of one line of a file; by its name's ending it is known how to read it. */
export function colourLine(text: string, filename: string): Token[] {
  const language = languages[filename.split(/[./]/).at(-1)?.toLowerCase() ?? '']
  if (!language || text.length > LONGEST) return [{ text, kind: 'plain' }]
  const tokens: Token[] = []
  let last = 0
  for (const found of text.matchAll(patternOf(language))) {
    const { comment, string, number, word } = found.groups!
    const isKeyword = word !== undefined && language.words.has(word)
    const kind = comment ? 'comment' : string ? 'string' : number ? 'number' : isKeyword ? 'keyword' : 'plain'
    if (kind === 'plain') continue
    if (found.index > last) tokens.push({ text: text.slice(last, found.index), kind: 'plain' })
    tokens.push({ text: found[0], kind })
    last = found.index + found[0].length
  }
  if (last < text.length) tokens.push({ text: text.slice(last), kind: 'plain' })
  return tokens
}

function patternOf(language: Language): RegExp {
  let pattern = patterns.get(language)
  if (!pattern) {
    const string = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\`(?:[^\`\\\\]|\\\\.)*\``
    pattern = new RegExp(
      `(?<string>${string})|(?<comment>${language.comment})|(?<number>\\b\\d[\\w.]*)|(?<word>[A-Za-z_]\\w*)`,
      'g',
    )
    patterns.set(language, pattern)
  }
  return pattern
}
