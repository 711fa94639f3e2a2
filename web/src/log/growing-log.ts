import { type LogText, readLog } from './log-text.ts'

/**
 * A log that is read while it is written. What is added costs what it is long, not what the log is: room is taken in
 * doubling steps, and a text handed out before stays as it was.
 */
export class GrowingLog {
  #bytes = new Uint8Array(16_384)
  #starts = new Uint32Array(1_024)
  #kinds = new Uint8Array(1_024)
  #text: LogText = readLog(new Uint8Array())

  get text(): LogText {
    return this.#text
  }

  /** The text with more at its end; `more` begins a line and ends one. */
  append(more: Uint8Array): LogText {
    const added = readLog(more)
    const { count, bytes } = this.#text
    const size = bytes.length + more.length
    const lines = count + added.count
    this.#bytes = withRoom(this.#bytes, size)
    this.#starts = withRoom(this.#starts, lines + 1)
    this.#kinds = withRoom(this.#kinds, lines)
    this.#bytes.set(more, bytes.length)
    this.#kinds.set(added.kinds, count)
    for (let line = 0; line <= added.count; line++) {
      this.#starts[count + line] = bytes.length + added.starts[line]!
    }
    this.#text = {
      bytes: this.#bytes.subarray(0, size),
      count: lines,
      starts: this.#starts.subarray(0, lines + 1),
      kinds: this.#kinds.subarray(0, lines),
    }
    return this.#text
  }
}

function withRoom<T extends Uint8Array | Uint32Array>(array: T, needed: number): T {
  if (array.length >= needed) return array
  const larger = new (array.constructor as new (length: number) => T)(Math.max(needed, array.length * 2))
  larger.set(array)
  return larger
}
