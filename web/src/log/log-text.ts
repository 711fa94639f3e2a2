/** What a line is, by the command at its beginning. */
export type Mark = 'plain' | 'group' | 'endgroup' | 'error' | 'warning' | 'notice' | 'debug' | 'command'

/** A log as it came: bytes, and where each line begins. Only lines that are drawn become text. */
export interface LogText {
  bytes: Uint8Array
  /** So many lines. */
  count: number
  /** One place more than lines: the end. */
  starts: Uint32Array
  /** By line: the place of its mark in `marks`. */
  kinds: Uint8Array
}

export const marks: readonly Mark[] = [
  'plain',
  'group',
  'endgroup',
  'error',
  'warning',
  'notice',
  'debug',
  'command',
]

const newline = 0x0a
/** `2026-01-01T00:00:00.0000000Z ` */
const stampLength = 29
const decoder = new TextDecoder()
const commands = [
  ['##[group]', 1],
  ['##[endgroup]', 2],
  ['##[error]', 3],
  ['##[warning]', 4],
  ['##[notice]', 5],
  ['##[debug]', 6],
  ['##[command]', 7],
  ['[command]', 7],
] as const

/** Finds the lines of a log and what each of them is. */
export function readLog(bytes: Uint8Array): LogText {
  let count = 0
  for (let at = 0; at < bytes.length; count++) {
    const end = bytes.indexOf(newline, at)
    at = end === -1 ? bytes.length : end + 1
  }
  const starts = new Uint32Array(count + 1)
  const kinds = new Uint8Array(count)
  let at = 0
  for (let line = 0; line < count; line++) {
    starts[line] = at
    kinds[line] = kindAt(bytes, at)
    const end = bytes.indexOf(newline, at)
    at = end === -1 ? bytes.length : end + 1
  }
  starts[count] = bytes.length
  return { bytes, count, starts, kinds }
}

/** The beginning of what a line says: behind its time, where it has one. */
function wordsAt(bytes: Uint8Array, start: number): number {
  const isStamped = bytes[start + 10] === 0x54 && bytes[start + 27] === 0x5a && bytes[start + 28] === 0x20
  return isStamped ? start + stampLength : start
}

function kindAt(bytes: Uint8Array, start: number): number {
  const from = wordsAt(bytes, start)
  const first = bytes[from]
  if (first !== 0x23 && first !== 0x5b) return 0
  const head = decoder.decode(bytes.subarray(from, from + 12))
  return commands.find(([command]) => head.startsWith(command))?.[1] ?? 0
}

/** One line: its time, without the command at its beginning. */
export function lineOf(
  { bytes, starts, kinds }: LogText,
  line: number,
): { at: string; text: string; mark: Mark } {
  const start = starts[line]!
  const from = wordsAt(bytes, start)
  const mark = marks[kinds[line]!]!
  const text = decoder.decode(bytes.subarray(from, starts[line + 1]!)).replace(/\r?\n$/, '')
  const at = from === start ? '' : decoder.decode(bytes.subarray(start, from - 1))
  return { at, text: mark === 'plain' ? text : text.replace(/^(##)?\[\w+\]/, ''), mark }
}

/** The time of a line to the second; empty where it has none. */
export function secondOf({ bytes, starts }: LogText, line: number): string {
  const start = starts[line]!
  return wordsAt(bytes, start) === start ? '' : decoder.decode(bytes.subarray(start, start + 19))
}

/** The lines that hold some words, whatever their case, in order; at most `most`. */
export function findLines({ bytes, starts, count }: LogText, words: string, most = 10_000): number[] {
  const wanted = new TextEncoder().encode(words.toLowerCase())
  if (wanted.length === 0) return []
  const first = wanted[0]!
  const found: number[] = []
  let line = 0
  for (let at = 0; at <= bytes.length - wanted.length; at++) {
    if (lower(bytes[at]!) !== first) continue
    let same = 1
    while (same < wanted.length && lower(bytes[at + same]!) === wanted[same]) same++
    if (same < wanted.length) continue
    while (line < count && starts[line + 1]! <= at) line++
    // The time is not what somebody looks for.
    if (at < wordsAt(bytes, starts[line]!)) continue
    found.push(line)
    if (found.length === most) break
    at = starts[line + 1]! - 1
  }
  return found
}

const lower = (byte: number) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)
