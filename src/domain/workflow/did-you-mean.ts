/** Longer words, and more candidates, are not compared: that costs the product of all three. */
const maxLength = 40
const maxCandidates = 300

/** The candidate closest to what was written, as the end of a sentence, or nothing when none is close. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  if (written.length > maxLength || candidates.length > maxCandidates) return ''
  const longer = candidates.filter((candidate) => written.length >= 3 && candidate.startsWith(written))
  if (longer.length === 1) return `; did you mean '${longer[0]}'?`
  const limit = Math.max(1, Math.floor(written.length / 3))
  let best: { candidate: string; edits: number } | undefined
  for (const candidate of candidates) {
    const edits = editDistance(written.toLowerCase(), candidate.toLowerCase(), limit)
    if (edits <= limit && edits < (best?.edits ?? written.length)) best = { candidate, edits }
  }
  return best ? `; did you mean '${best.candidate}'?` : ''
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string, limit: number): number {
  if (b.length > maxLength || Math.abs(a.length - b.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, beforeLast[j - 2]! + 1)
      }
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
