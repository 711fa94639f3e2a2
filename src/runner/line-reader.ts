import { StringDecoder } from 'node:string_decoder'
import type { Masks } from '../domain/masks.ts'

/** A line is no longer than this; what goes on without an end is cut. */
const longestLine = 64 * 1024

/** Cuts bytes as they come into lines, and calls back with each; `cutAt` says where a line may be cut that is too long. */
export function createLineReader(onLine: (line: string) => void, cutAt: Masks['cut']) {
  const decoder = new StringDecoder('utf8')
  let rest = ''

  function take(text: string): void {
    let from = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      tell(rest + text.slice(from, end))
      rest = ''
      from = end + 1
    }
    rest += text.slice(from)
    while (rest.length > longestLine) {
      const at = cutAt(rest, longestLine)
      if (at === null) break
      tell(rest.slice(0, at))
      rest = rest.slice(at)
    }
  }

  function tell(line: string): void {
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
  }

  return {
    write: (bytes: Buffer) => take(decoder.write(bytes)),
    /** A last line without an end is one too. */
    end(): void {
      take(decoder.end())
      if (rest !== '') tell(rest)
      rest = ''
    },
  }
}
