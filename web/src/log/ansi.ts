/** Some words of a line that look alike. */
export interface Span {
  text: string
  /** 0–15 as terminals number them, or a colour of its own as `#rrggbb`. */
  colour: number | string | null
  background: number | string | null
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
}

type Look = Omit<Span, 'text'>

const bare: Look = {
  colour: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
}

/** Select graphic rendition; whatever else a terminal would do is left out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const escapes = /\u001b\[([0-9;:]*)m|\u001b\[[0-9;?]*[A-Za-ln-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g

/**
 * Reads the colours of one line, as ECMA-48 and xterm write them.
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export function readAnsi(line: string): Span[] {
  if (!line.includes('\u001b')) return line === '' ? [] : [{ text: line, ...bare }]
  const spans: Span[] = []
  let look = bare
  let from = 0
  for (const match of line.matchAll(escapes)) {
    if (match.index > from) spans.push({ text: line.slice(from, match.index), ...look })
    if (match[1] !== undefined) look = turn(look, match[1].split(/[;:]/).map(Number))
    from = match.index + match[0].length
  }
  if (from < line.length) spans.push({ text: line.slice(from), ...look })
  return spans
}

function turn(before: Look, codes: number[]): Look {
  let look = before
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!
    if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(at + 1))
      look = code === 38 ? { ...look, colour } : { ...look, background: colour }
      at += used
    } else look = { ...look, ...simple(code) }
  }
  return look
}

function simple(code: number): Partial<Look> {
  if (code >= 30 && code <= 37) return { colour: code - 30 }
  if (code >= 90 && code <= 97) return { colour: code - 82 }
  if (code >= 40 && code <= 47) return { background: code - 40 }
  if (code >= 100 && code <= 107) return { background: code - 92 }
  switch (code) {
    case 0:
      return bare
    case 1:
      return { bold: true }
    case 2:
      return { dim: true }
    case 3:
      return { italic: true }
    case 4:
      return { underline: true }
    case 22:
      return { bold: false, dim: false }
    case 23:
      return { italic: false }
    case 24:
      return { underline: false }
    case 39:
      return { colour: null }
    case 49:
      return { background: null }
    default:
      return {}
  }
}

/** One of 256 colours, or one of its own; with how many codes it took. */
function extended([kind, ...codes]: number[]): [number | string | null, number] {
  if (kind === 2) return [hex(codes.slice(0, 3)), 4]
  const code = codes[0] ?? 0
  if (kind !== 5) return [null, 1]
  if (code < 16) return [code, 2]
  if (code >= 232) return [hex(Array(3).fill(8 + (code - 232) * 10)), 2]
  const steps = [Math.floor((code - 16) / 36), Math.floor((code - 16) / 6) % 6, (code - 16) % 6]
  return [hex(steps.map((step) => (step === 0 ? 0 : 55 + step * 40))), 2]
}

const hex = (parts: number[]) =>
  `#${parts
    .map((part) =>
      Math.min(255, Math.max(0, part || 0))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
