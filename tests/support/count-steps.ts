import { Session } from 'node:inspector/promises'

/**
 * How much a function does, as a number that is the same on every machine: how often V8 entered each block of code
 * (its own and that of libraries), and how many characters and items the built-in searches went over, which V8 does
 * not count.
 */
export async function countSteps(work: () => unknown): Promise<number> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const searched = countSearches(work)
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  session.disconnect()
  let entered = 0
  for (const script of result) {
    if (script.url.includes('count-steps')) continue
    for (const { ranges } of script.functions) for (const range of ranges) entered += range.count
  }
  return entered + searched
}

const searches: [object, string[]][] = [
  [
    String.prototype,
    ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll', 'match', 'trim'],
  ],
  [String.prototype, ['trimStart', 'toLowerCase', 'toUpperCase']],
  [Array.prototype, ['indexOf', 'lastIndexOf', 'includes', 'join', 'concat', 'slice', 'flat']],
  [Object, ['keys', 'entries', 'values']],
]

function countSearches(work: () => unknown): number {
  let searched = 0
  const undo: (() => void)[] = []
  for (const [owner, names] of searches) {
    for (const name of names) {
      const methods = owner as Record<string, (...input: unknown[]) => unknown>
      const original = methods[name] as (...input: unknown[]) => unknown
      methods[name] = function (this: { length: number }, ...input: unknown[]) {
        const result = original.apply(this, input)
        const size = owner === Object ? (result as unknown[]).length : this.length
        const from = typeof input[1] === 'number' ? input[1] : 0
        // A search that finds something stops there.
        if (typeof result !== 'number') searched += size
        else if (name === 'lastIndexOf') searched += (input[1] === undefined ? size : from) - result
        else searched += (result === -1 ? size : result) - from
        return result
      }
      undo.push(() => {
        methods[name] = original
      })
    }
  }
  try {
    work()
  } finally {
    for (const restore of undo) restore()
  }
  return searched
}
