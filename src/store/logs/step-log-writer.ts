import type { StepAnnotation } from '../../../contract/step-output.ts'
import { messageOf } from '../../errors.ts'
import type { Store } from '../store.ts'
import { chunkBytes, packChunk } from './pack-log.ts'
import { closeStepLog, keepChunk, openStepLog, type StepLogPlace } from './step-logs.ts'

/** Of a longer log the end is kept: what failed is there. */
const mostLogBytes = 128 * 2 ** 20
/** Lines wait so long for others, to be written together. */
const pauseMs = 250
/** So much may wait for the disk before whoever prints it has to. */
const mostWaiting = 2 * 2 ** 20

export interface StepLogWriterOptions {
  store: Store
  place: StepLogPlace
  clock: () => number
  /** More is on disk: up to this byte. */
  onGrow(bytes: number): void
  most?: number
}

/**
 * Writes the log of a step as it comes: lines that come together in one commit, the last piece of the log anew until it is
 * large. Opened for an attempt after the first it goes on where that ended.
 */
export async function openStepLogWriter(options: StepLogWriterOptions) {
  const { store, place, clock, onGrow, most = mostLogBytes } = options
  /** Where the piece begins that is being filled, and what of it is on disk or about to be. */
  let first = await store.write((tx) => openStepLog(tx, place, clock()))
  let piece: Buffer[] = []
  let pieceBytes = 0
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let failure: unknown

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 && failure === undefined) {
      const text = takeSome()
      try {
        const data = await packChunk(text)
        const bytes = first + text.length
        await store.write((tx) => keepChunk(tx, place, { first, data, bytes, most }))
      } catch (error) {
        // What was said is lost, and whoever says it must end: nothing may go on unseen.
        failure = error
        waiting = []
        waitingBytes = 0
        return
      }
      const end = first + text.length
      if (text.length >= chunkBytes) {
        first = end
        piece = []
        pieceBytes = 0
      }
      onGrow(end)
    }
  }

  /** The piece as it is with what waits, up to its size. */
  function takeSome(): Buffer {
    while (waiting.length > 0 && pieceBytes < chunkBytes) {
      const next = waiting.shift()!
      waitingBytes -= next.length
      piece.push(next)
      pieceBytes += next.length
    }
    const text = Buffer.concat(piece)
    piece = [text]
    return text
  }

  return {
    write(text: string): void {
      if (failure !== undefined) return
      const bytes = Buffer.from(text)
      waiting.push(bytes)
      waitingBytes += bytes.length
      if (waitingBytes >= chunkBytes) void flush()
      else timer ??= setTimeout(() => void flush(), pauseMs)
    },
    /** Resolves when there is room for more; undefined: there is. Throws when the disk refused. */
    room(): Promise<void> | undefined {
      if (failure !== undefined) throw failed(failure)
      return waitingBytes < mostWaiting ? undefined : flush()
    },
    /** Writes what waits and ends the log. Throws when the disk refused some of it. */
    async close(left: { annotations: readonly StepAnnotation[]; summary: string | null }): Promise<void> {
      await flush()
      await flush()
      await store.write((tx) => closeStepLog(tx, place, left))
      if (failure !== undefined) throw failed(failure)
    },
  }
}

function failed(error: unknown): Error {
  return new Error(`The log could not be written: ${messageOf(error)}`, { cause: error })
}
