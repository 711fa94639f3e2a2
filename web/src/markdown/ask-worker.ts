import type { Root } from 'hast'
import type { Place } from './references.ts'

/**
 * A text that takes longer to read is a trap, or as good as one; it stays the text that it is. Long, as a busy machine
 * must not turn honest texts into traps: nothing waits for it but the text's own looks.
 */
const DEADLINE_MS = 8_000

let worker: Worker | null = null
let last: Promise<unknown> = Promise.resolve()

/** Reads a Markdown text away from the page, which stays quick whatever the text is; null: draw it as it is. */
export function askWorker(text: string, place: Place): Promise<Root | null> {
  const answer = last.then(() => read(text, place))
  last = answer
  return answer
}

function read(text: string, place: Place): Promise<Root | null> {
  worker ??= new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const reader = worker
  const { promise, resolve } = Promise.withResolvers<Root | null>()
  const giveUp = () => {
    reader.terminate()
    worker = null
    resolve(null)
  }
  const timer = setTimeout(giveUp, DEADLINE_MS)
  reader.onmessage = ({ data }: MessageEvent<Root | null>) => resolve(data)
  reader.onerror = giveUp
  reader.postMessage({ text, place })
  return promise.finally(() => clearTimeout(timer))
}
