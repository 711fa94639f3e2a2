import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin, type ResolvedConfig } from 'vite'

/**
 * Adds `service-worker.js` to the build: `src/offline/service-worker.ts`, told what the build consists of. It is built
 * last and by itself, as it must be one file of an unchanging name.
 */
export function serviceWorker(): Plugin {
  let config: ResolvedConfig
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const names = Object.keys(bundle)
          .filter((name) => name.startsWith('assets/'))
          .sort()
        const files = readdirSync(config.publicDir).sort()
        const index = bundle['index.html']
        if (index?.type !== 'asset') throw new Error('the build has no index.html')
        const page = sha256(index.source)
        const contents = files.map((name) => sha256(readFileSync(join(config.publicDir, name))))
        const revision = sha256([page, ...names, ...contents].join()).slice(0, 16)
        const told = {
          revision,
          page,
          assets: names.map((name) => `/${name}`),
          files: files.map((name) => `/${name}`),
        }
        this.emitFile({
          type: 'asset',
          fileName: 'service-worker.js',
          source: await compile(join(config.root, 'src/offline/service-worker.ts'), told),
        })
      },
    },
  }
}

async function compile(input: string, told: object): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { BUILD: JSON.stringify(told) },
    build: { write: false, target: 'es2024', rolldownOptions: { input, output: { format: 'iife' } } },
  })
  const [chunk] = 'output' in result ? result.output : []
  if (chunk?.type !== 'chunk') throw new Error('the service worker was not built')
  return chunk.code
}

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
