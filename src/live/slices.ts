/** Resolves at once, or after a turn of the event loop when this turn has been worked in for long enough. */
export type Turn = () => Promise<void> | undefined

/** Lets long work be done in slices, whoever does it, so that the event loop is never held for much longer than one. */
export function createSlices(sliceMs = 8): Turn {
  let began = 0
  let next: Promise<void> | null = null

  return () => {
    if (performance.now() - began < sliceMs) return undefined
    return (async () => {
      do {
        next ??= new Promise((resolve) => {
          setImmediate(() => {
            began = performance.now()
            next = null
            resolve()
          })
        })
        await next
      } while (performance.now() - began >= sliceMs)
    })()
  }
}
