import type { ServerMessage } from '../../contract/live.ts'

/** A WebSocket message as its bytes go over the wire: made once, written to as many sockets as want it. */
export type Frame = Buffer

const text = 0x81 // final fragment, opcode 1
const longest7 = 125
const longest16 = 65_535

/** One unmasked text message, as servers send them: https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export function toFrame(message: ServerMessage): Frame {
  const json = JSON.stringify(message)
  const length = Buffer.byteLength(json)
  const header = length <= longest7 ? 2 : length <= longest16 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = text
  if (header === 2) frame[1] = length
  if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  }
  if (header === 10) {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(json, header)
  return frame
}
