import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { isBuiltFrom, root, stampOf, writeStamp } from './build-stamp.ts'

const out = join(root, 'dist/web')
const sources = ['web', 'contract', 'package-lock.json', 'scripts/build-web.ts']
/** Smaller files than this do not get smaller on the wire. */
const worthCompressing = 1024
const compressible = /\.(?:html|js|css|svg|json|txt|map)$/

/** Builds the web app into `dist/web` and compresses it there, so that the server only has to send files. */
export async function buildWeb({ ifNeeded }: { ifNeeded: boolean }): Promise<void> {
  const stamp = stampOf(sources)
  if (ifNeeded && isBuiltFrom(out, stamp)) return
  const { build } = await import('vite')
  // Built aside and moved into place whole: a running hub, and a second build, never see half of it.
  const aside = `${out}-${process.pid}`
  await build({
    root: join(root, 'web'),
    configFile: join(root, 'web/vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: aside },
  })
  const files = await compress(aside)
  writeStamp(aside, stamp)
  rmSync(out, { recursive: true, force: true })
  renameSync(aside, out)
  console.log(`web app built: ${files} files in dist/web`)
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
