import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/**
 * Builds the web app into `dist/web` and compresses it there, so that the server only has to send files.
 * `--if-needed`: not when nothing that it is made of has changed since.
 */
const root = join(import.meta.dirname, '..')
const out = join(root, 'dist/web')
const stampFile = join(out, '.stamp')
const sources = ['web', 'contract', 'package-lock.json', 'scripts/build-web.ts']
/** Smaller files than this do not get smaller on the wire. */
const worthCompressing = 1024
const compressible = /\.(?:html|js|css|svg|json|txt|map)$/

const stamp = stampOf(sources.map((source) => join(root, source)))
if (process.argv.includes('--if-needed') && readStamp() === stamp) process.exit(0)

// Built aside and moved into place whole: a running hub, and a second build, never see half of it.
const aside = `${out}-${process.pid}`
const { build } = await import('vite')
await build({
  root: join(root, 'web'),
  configFile: join(root, 'web/vite.config.ts'),
  logLevel: 'warn',
  build: { outDir: aside },
})
const files = await compress(aside)
writeFileSync(join(aside, '.stamp'), stamp)
rmSync(out, { recursive: true, force: true })
renameSync(aside, out)
console.log(`web app built: ${files} files in dist/web`)

/** A hash of the content of everything below the paths. */
function stampOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    if (statSync(path).isDirectory()) {
      const names = readdirSync(path).sort()
      hash.update(stampOf(names.map((name) => join(path, name))))
    } else hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function readStamp(): string | null {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return null
  }
}

/** Writes `.gz` and `.br` next to each file that gains by it; answers how many files there are. */
async function compress(folder: string): Promise<number> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      const content = readFileSync(path)
      if (!compressible.test(entry.name) || content.length < worthCompressing) return
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
      const [br, gz] = await Promise.all([
        promisify(brotliCompress)(content, quality),
        promisify(gzip)(content, { level: 9 }),
      ])
      writeFileSync(`${path}.br`, br)
      writeFileSync(`${path}.gz`, gz)
    }),
  )
  return entries.length
}
