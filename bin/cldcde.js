#!/usr/bin/env node
// Finds the Node that the project pins (`npm ci` brings it) and hands over to src/cli.ts. Runs on old Nodes too, so
// that they get a sentence instead of a syntax error.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const needed = 26

if (Number(process.versions.node.split('.')[0]) >= needed) {
  const { enableCompileCache, getCompileCacheDir } = await import('node:module')
  const { setFlagsFromString } = await import('node:v8')
  // A start leaves far more garbage than a hub at rest holds; without this V8 makes room for it (20 MB) for good.
  // src/main.ts lets it grow again once the start is over.
  setFlagsFromString('--semi-space-growth-factor=1')
  enableCompileCache()
  // Threads learn of the cache from the environment only; without it each would load its own TypeScript stripper.
  process.env.NODE_COMPILE_CACHE ??= getCompileCacheDir()
  const { runCommandLine } = await import('../src/cli.ts')
  await runCommandLine(process.argv.slice(2))
} else {
  const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(pinned)) {
    console.error(
      `CLDCDE Pro needs Node ${needed} or newer; this is ${process.version}.\n` +
        'Run `npm ci` (it brings the right one), or install Node 26 and run this again.',
    )
    process.exit(1)
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) =>
    process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)),
  )
}
