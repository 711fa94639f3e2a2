import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * Claim: what a browser loads before Home is usable weighs at most 260 kB of gzip: the page's scripts, styles and
 * preloads, and the chunk of Home with what it imports. Run after `npm run build`; prints JSON.
 */
const budget = 260_000
const out = join(import.meta.dirname, '../dist/web')

interface Chunk {
  file: string
  imports?: string[]
  css?: string[]
}
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(out, '.vite/manifest.json'), 'utf8'))

const page = readFileSync(join(out, 'index.html'), 'utf8')
const files = new Set([...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]!))
const seen = new Set<string>()
collect('src/pages/home/home.tsx')

const sizes = [...files].map((file) => ({
  file,
  gzip: gzipSync(readFileSync(join(out, file)), { level: 9 }).length,
}))
const sum = (ending: string) =>
  sizes.filter(({ file }) => file.endsWith(ending)).reduce((total, { gzip }) => total + gzip, 0)
const result = {
  claim: 'first-load JavaScript + CSS',
  unit: 'bytes, gzip level 9',
  budget,
  total: sum('.js') + sum('.css'),
  js: sum('.js'),
  css: sum('.css'),
  files: sizes.sort((a, b) => b.gzip - a.gzip),
}
console.log(JSON.stringify(result, null, 2))
if (result.total > budget) process.exitCode = 1

/** Adds a chunk's files and those of everything that it imports. */
function collect(name: string): void {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`dist/web has no ${name}; run npm run build`)
  if (seen.has(name)) return
  seen.add(name)
  files.add(chunk.file)
  for (const css of chunk.css ?? []) files.add(css)
  for (const imported of chunk.imports ?? []) collect(imported)
}
