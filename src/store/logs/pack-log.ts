import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** A log as it is stored. */
export interface PackedLog {
  chunks: Uint8Array[]
  lines: number
  bytes: number
  dropped_lines: number
  size: number
}

/** Pieces of so much text: small in memory, and large enough to compress well. */
export const chunkBytes = 256 * 1024
/** Of a longer log the end is kept: what failed is there. */
const mostLogBytes = 32 * 2 ** 20

/**
 * Cuts a log into compressed pieces as it comes, at the ends of lines; never more than one piece of it is in memory as
 * it was. Of one that is longer than `mostBytes` the beginning is left out.
 */
export async function packLog(
  text: AsyncIterable<Uint8Array>,
  { mostBytes = mostLogBytes } = {},
): Promise<PackedLog> {
  const kept: Array<{ data: Uint8Array; lines: number; bytes: number }> = []
  const log = { bytes: 0, lines: 0, dropped_lines: 0 }
  let waiting: Buffer[] = []
  let waitingBytes = 0

  async function cut(piece: Buffer): Promise<void> {
    if (piece.length === 0) return
    const lines = countLines(piece)
    kept.push({ data: await compress(piece), lines, bytes: piece.length })
    log.bytes += piece.length
    log.lines += lines
    while (log.bytes > mostBytes && kept.length > 1) {
      const first = kept.shift()!
      log.bytes -= first.bytes
      log.lines -= first.lines
      log.dropped_lines += first.lines
    }
  }

  for await (const part of text) {
    waiting.push(Buffer.from(part.buffer, part.byteOffset, part.byteLength))
    waitingBytes += part.byteLength
    if (waitingBytes < chunkBytes) continue
    const all = Buffer.concat(waiting)
    // A line longer than a piece is cut within.
    const end = all.lastIndexOf(newline) + 1 || all.length
    for (let from = 0; from < end; ) {
      const next = Math.min(end, from + chunkBytes)
      const to = next === end ? end : all.lastIndexOf(newline, next - 1) + 1 || next
      const piece = all.subarray(from, to > from ? to : next)
      await cut(piece)
      from += piece.length
    }
    waiting = [all.subarray(end)]
    waitingBytes = all.length - end
  }
  await cut(Buffer.concat(waiting))
  const chunks = kept.map(({ data }) => data)
  return { ...log, chunks, size: chunks.reduce((sum, { length }) => sum + length, 0) }
}

/** One piece as it is stored. */
export async function packChunk(text: Buffer): Promise<Uint8Array> {
  return await compress(text)
}

/** The text of one stored piece. */
export async function unpackChunk(data: Uint8Array): Promise<Buffer> {
  return await decompress(data)
}

const newline = 0x0a

function countLines(piece: Buffer): number {
  let lines = piece.at(-1) === newline ? 0 : 1
  for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, at + 1)) lines++
  return lines
}
