/**
 * A process that does what a start does to its data folder and kills itself, as the power cord would, at its n-th
 * call that changes a file.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { dataDir, dieAt } = JSON.parse(process.argv[2] ?? '') as { dataDir: string; dieAt: number }

let calls = 0
for (const name of [
  'mkdirSync',
  'writeFileSync',
  'renameSync',
  'rmSync',
  'chmodSync',
  'fsyncSync',
] as const) {
  const original = fs[name] as (...args: unknown[]) => unknown
  Object.assign(fs, {
    [name](...args: unknown[]) {
      calls++
      if (calls === dieAt) {
        // The worst that a kill can leave of a write: an open file without its text.
        if (name === 'writeFileSync') original(args[0], String(args[1]).slice(0, 10), args[2])
        process.kill(process.pid, 'SIGKILL')
      }
      return original(...args)
    },
  })
}
syncBuiltinESMExports()

const { takeDataFolder } = await import('../../src/running-hub.ts')
const { loadMasterKey } = await import('../../src/store/master-key.ts')
const folder = takeDataFolder(dataDir)
loadMasterKey({ dataDir, create: true })
folder.announce('http://127.0.0.1:3000')
folder.release()
