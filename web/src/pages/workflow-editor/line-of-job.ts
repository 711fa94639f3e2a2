/** The line, counted from 1, on which a job of a workflow's source begins; null when the text does not show it. */
export function lineOfJob(source: string, job: string): number | null {
  const lines = source.split('\n')
  const start = lines.findIndex((line) => /^jobs\s*:/.test(line))
  if (start < 0) return null
  const name = job.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const key = new RegExp(`^\\s+(['"]?)${name}\\1\\s*:`)
  const found = lines.findIndex((line, i) => i > start && key.test(line))
  return found < 0 ? null : found + 1
}
