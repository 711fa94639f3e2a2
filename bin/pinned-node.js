// The Node that the project pins, for whoever starts it with another one. Plain JavaScript that runs on old Nodes too.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

const needed = 26

/** Whether this process runs on a Node that can run the project. */
export const isNewEnough = Number(process.versions.node.split('.')[0]) >= needed

/**
 * Runs a script on the pinned Node, with as much memory for what is young, and ends this process as that one ends: with its exit code, passing signals on.
 * Without a pinned Node it says in a sentence what to do, and exits with 1.
 * @param {string} script @param {readonly string[]} args
 */
export function handOver(script, args) {
  const node = findPinnedNode()
  if (!node) return giveUp('and no newer one is installed beside it')
  // Whoever looks for Node by its name finds the same one; npm 10 leaves node_modules/.bin without it.
  const PATH = [dirname(node), process.env.PATH].join(delimiter)
  const child = spawn(node, [...heapFlags(), script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // The binary is there but not for this system: built for glibc and started on musl, for example.
  child.on('error', ({ code }) => giveUp(`and ${node} does not run here (${code})`))
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0))
  })
}

/** What `npm start` says of memory; other flags are about this Node and not about that one. */
function heapFlags() {
  return process.execArgv.filter((flag) => /^--(max-semi-space|v8-pool)-size=/.test(flag))
}

/** The binary of the platform's package, one of the optional dependencies; null when none is installed. */
function findPinnedNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  try {
    const require = createRequire(import.meta.url)
    const manifest = require.resolve(`${prefix}-${platform}-${process.arch}/package.json`)
    return join(dirname(manifest), require(manifest).bin.node)
  } catch {
    return null
  }
}

/** @param {string} why */
function giveUp(why) {
  console.error(
    `CLDCDE Pro needs Node ${needed} or newer; this is ${process.version}, ${why}.\n` +
      'Run `npm ci` (it brings the right one), or install Node 26 and run this again.',
  )
  process.exit(1)
}
