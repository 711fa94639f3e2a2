// Runs a TypeScript file of the project, on the pinned Node where this one is too old: node bin/run.js FILE ARGUMENTS…
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { handOver, isNewEnough } from './pinned-node.js'

const [file, ...args] = process.argv.slice(2)
if (!file) {
  console.error('Which file? node bin/run.js FILE ARGUMENTS…')
  process.exit(2)
}
if (isNewEnough) {
  process.argv.splice(1, 2, resolve(file))
  await import(pathToFileURL(resolve(file)).href)
} else handOver(resolve(file), args)
