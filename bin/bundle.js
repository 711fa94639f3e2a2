// Finds the server to run: the bundle (`npm run build`), which starts in less than half the time, or the sources.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundle = join(root, 'dist/server')

/** The file to start from: of the bundle, unless the sources are here and have changed since. */
export function findEntry() {
  const sources = ['src', 'contract', 'demo'].map((name) => join(root, name))
  const entry = join(bundle, 'cli.js')
  if (!existsSync(sources[0])) return entry
  const built = statSync(join(bundle, '.stamp'), { throwIfNoEntry: false })?.mtimeMs
  const isCurrent = built !== undefined && sources.every((folder) => !hasNewer(folder, built))
  return isCurrent ? entry : join(root, 'src/cli.ts')
}

/** Whether anything below a folder has changed since; what was taken away has changed the folder that it was in. */
function hasNewer(folder, since) {
  if (statSync(folder).mtimeMs > since) return true
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? hasNewer(path, since) : statSync(path).mtimeMs > since
  })
}
