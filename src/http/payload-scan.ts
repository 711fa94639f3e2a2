/** GitHub's largest push, 2,048 commits with their files, has some 60,000. */
const maxValues = 150_000
const maxDepth = 500

export interface PayloadScan {
  /** Goes over the next bytes of a JSON text. */
  add(chunk: Uint8Array): void
  /** Why the text must not be parsed on the event loop, or undefined. */
  problem(): string | undefined
}

/**
 * Counts the values of a JSON text and how deep they nest, byte by byte as it comes: to parse a million keys holds
 * everybody up for seconds, to count them takes a tenth of a millisecond for each piece that arrives.
 */
export function scanPayload(): PayloadScan {
  const seen = { values: 0, depth: 0, deepest: 0, isText: false, isEscaped: false }

  return {
    add(chunk) {
      // In variables of this call: this loop runs for every byte.
      let { values, depth, deepest, isText, isEscaped } = seen
      for (let index = 0; index < chunk.length; index++) {
        const byte = chunk[index]
        if (isText) {
          if (isEscaped) isEscaped = false
          else if (byte === 0x5c) isEscaped = true
          else if (byte === 0x22) isText = false
        } else if (byte === 0x22) isText = true
        else if (byte === 0x2c) values++
        else if (byte === 0x7b || byte === 0x5b) {
          values++
          if (++depth > deepest) deepest = depth
        } else if (byte === 0x7d || byte === 0x5d) depth--
      }
      Object.assign(seen, { values, depth, deepest, isText, isEscaped })
    },
    problem() {
      const { values, deepest } = seen
      if (values > maxValues) return `The payload has ${values} values; at most ${maxValues} are applied.`
      if (deepest > maxDepth)
        return `The payload is nested ${deepest} levels deep; at most ${maxDepth} are applied.`
      return undefined
    },
  }
}
