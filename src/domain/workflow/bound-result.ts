import type { Outputs } from '../../../contract/run.ts'

/** The longest text that a journal keeps of an output or a log. */
const maxText = 64 * 1024
const maxTotal = 4 * maxText

/** The journal keeps at most 64 KiB of each output and 256 KiB of all; what was cut off says so. */
export function boundedOutputs(outputs: Outputs): Outputs {
  if (areShort(outputs)) return outputs
  let left = maxTotal
  return Object.fromEntries(
    Object.entries(outputs).map(([name, text]) => {
      const kept = boundedText(text, Math.min(maxText, left))
      left = Math.max(0, left - kept.length)
      return [name, kept]
    }),
  )
}

/** Most are: then they need no copy. */
function areShort(outputs: Outputs): boolean {
  let total = 0
  for (const name in outputs) {
    const { length } = outputs[name]!
    total += length
    if (length > maxText || total > maxTotal) return false
  }
  return true
}

/** The beginning of a text, and how much of it is missing. */
export function boundedText(text: string, limit = maxText): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit).toWellFormed()}\n… [cut off: ${text.length - limit} of ${text.length} characters]`
}
