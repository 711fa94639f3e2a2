/** The middle of some numbers, rounded; of an even count the mean of the two in the middle. Null for none. */
export function median(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]!
  return Math.round(sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2)
}

/** Part of a whole, 0 to 1; null of nothing. */
export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
