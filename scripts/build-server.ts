import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Plugin } from 'rolldown'
import { isBuiltFrom, root, stampOf, writeStamp } from './build-stamp.ts'

const out = join(root, 'dist/server')
const sources = ['src', 'contract', 'demo', 'package.json', 'package-lock.json', 'scripts/build-server.ts']

/**
 * Bundles the server, with the packages that it needs, into `dist/server`: it starts in less than half the time and
 * runs below `node_modules`, where Node strips no types. `cli.js` is the way in.
 */
export async function buildServer({ ifNeeded }: { ifNeeded: boolean }): Promise<void> {
  const stamp = stampOf(sources)
  if (ifNeeded && isBuiltFrom(out, stamp)) return
  const { build } = await import('rolldown')
  // Built aside and moved into place whole: a hub that starts meanwhile never sees half of it.
  const aside = `${out}-${process.pid}`
  const { output } = await build({
    cwd: root,
    input: { cli: 'src/cli.ts' },
    platform: 'node',
    // The demo's GitHub finds parts of this package by their place; pg-native is one that pg can do without.
    external: ['emulate', 'pg-native'],
    plugins: [ownFiles(), leftOut()],
    output: {
      dir: aside,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      sourcemap: true,
      sourcemapExcludeSources: true,
      // The text stays in memory for as long as the hub runs: licences are kept, explanations are for readers of the source.
      comments: { legal: true, annotation: false, jsdoc: false },
    },
    logLevel: 'warn',
  })
  for (const file of output) {
    if (file.type === 'chunk') writeFileSync(join(aside, file.fileName), makeLight(file.code))
  }
  writeStamp(aside, stamp)
  rmSync(out, { recursive: true, force: true })
  renameSync(aside, out)
  console.log(`server built: ${output.length} files in dist/server`)
}

/** `new URL('./x.ts', import.meta.url)` names a file that runs as a thread or a process of its own: an entry more. */
function ownFiles(): Plugin {
  const pattern = /new URL\('(\.\/[\w-]+)\.ts', import\.meta\.url\)/g
  return {
    name: 'own-files',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('import.meta.url')) return null
      const bundled = code.replace(pattern, (_, path: string) => {
        const name = basename(path)
        this.emitFile({ type: 'chunk', id: join(dirname(id), `${path}.ts`), fileName: `${name}.js` })
        return `new URL('./${name}.js', import.meta.url)`
      })
      return { code: bundled, map: null } // as long as it was: every line and column stays where it is
    },
  }
}

/** What Fastify and its plugins load for what the hub has none of: other compilers of schemas, tests, lists of files. */
const unused = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request', 'glob']

/** Keeps packages that are never called out of the bundle, which is read and kept in memory whole. */
function leftOut(): Plugin {
  const prefix = 'left-out:'
  return {
    name: 'left-out',
    resolveId: (id) => (unused.includes(id) ? `${prefix}${id}` : null),
    load(id) {
      if (!id.startsWith(prefix)) return null
      const name = id.slice(prefix.length)
      return `module.exports = new Proxy({}, { get: () => () => { throw new Error('${name} is not in the bundle') } })`
    },
  }
}

/**
 * Makes a file cheap to load. Every line stays where it is.
 *
 * - From Node's own modules it takes what it names. An import reads every property of such a module, and some of them
 *   load what the hub never needs: with `STATUS_CODES` of `node:http` comes Node's whole fetch.
 * - Its text is ASCII. One other character makes V8 keep the whole file in two bytes a character, some 3 MB more. Such
 *   characters are in strings, where they may be escaped as well.
 */
function makeLight(code: string): string {
  return code
    .replace(
      /^import (?:\{ ([^}]+) \}|(?:\* as )?([\w$]+)) from ("node:[\w/]+");$/gm,
      (_, names: string | undefined, whole: string | undefined, from: string) =>
        `const ${whole ?? `{ ${names?.replaceAll(' as ', ': ')} }`} = process.getBuiltinModule(${from});`,
    )
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
