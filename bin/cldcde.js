#!/usr/bin/env node
// Hands over to the command line of the bundle or of the sources, on the Node that the project pins (`npm ci` brings it) where this one is too old.
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findEntry } from './bundle.js'
import { handOver, isNewEnough } from './pinned-node.js'

if (isNewEnough) {
  const { enableCompileCache, getCompileCacheDir } = await import('node:module')
  const { setFlagsFromString } = await import('node:v8')
  // A start leaves far more garbage than a hub at rest holds; without this V8 makes room for it (20 MB) for good.
  setFlagsFromString('--semi-space-growth-factor=1')
  // What a start runs often it does not run again: to optimise it takes time, and memory (6 MB) that stays.
  setFlagsFromString('--no-opt')
  // src/main.ts takes both back once the start is over.
  enableCompileCache()
  // Threads learn of the cache from the environment only; without it each would compile, and strip types, once more.
  process.env.NODE_COMPILE_CACHE ??= getCompileCacheDir()
  const { runCommandLine } = await import(pathToFileURL(findEntry()).href)
  await runCommandLine(process.argv.slice(2))
} else handOver(fileURLToPath(import.meta.url), process.argv.slice(2))
