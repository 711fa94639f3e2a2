import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Who may import whom: `docs/ARCHITECTURE.md` says why. A room may always import itself. */
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  errors: [],
  events: [],
  domain: ['contract', 'errors'],
  mirror: ['contract', 'domain', 'errors'],
  store: ['contract', 'domain', 'mirror', 'errors', 'events', 'write-atomically'],
  github: ['contract', 'domain', 'mirror', 'errors', 'events'],
  queue: ['contract', 'domain', 'errors', 'events', 'store'],
  live: ['contract', 'domain', 'mirror', 'store', 'errors', 'events'],
  runner: ['contract', 'domain', 'errors'],
  engine: ['contract', 'domain', 'mirror', 'store', 'queue', 'github', 'runner', 'errors', 'events'],
  tasks: ['contract', 'domain', 'mirror', 'store', 'github', 'queue', 'engine', 'errors', 'events'],
  http: [
    'project-root',
    'contract',
    'domain',
    'mirror',
    'store',
    'github',
    'queue',
    'live',
    'engine',
    'errors',
    'events',
  ],
  'project-root': [],
  'source-lines': ['project-root'],
  'end-process': [],
  'watch-for-stop': ['end-process', 'errors', 'source-lines'],
  demo: ['contract', 'errors', 'project-root'],
  config: ['errors', 'setting-values'],
  'setting-values': ['errors'],
  examine: ['config', 'errors', 'listen-address', 'running-hub', 'runtime', 'store'],
  runtime: ['errors'],
  'write-atomically': [],
  'data-lock': ['errors'],
  'running-hub': ['data-lock', 'errors', 'write-atomically'],
  'single-user': ['*'],
  'listen-address': ['errors'],
  'demo-mode': ['*'],
  'open-commands': ['config', 'runner'],
  hub: ['*'],
  main: ['*'],
  commands: ['*'],
  cli: ['*'],
  web: ['contract'],
}

/**
 * Who may load which package, as the beginning of a path: a room, or one file of it. Types are erased and may be named
 * everywhere. A package that is not here has no room yet.
 */
const mayLoad: Record<string, readonly string[]> = {
  '@actions/expressions': ['src/domain/workflow/'],
  '@fastify/cookie': ['src/http/'],
  '@fastify/helmet': ['src/http/'],
  '@fastify/rate-limit': ['src/http/'],
  '@fastify/static': ['src/http/'],
  '@fastify/swagger': ['src/http/'],
  '@octokit/core': ['src/github/', 'demo/'],
  '@octokit/plugin-retry': ['src/github/'],
  '@octokit/plugin-throttling': ['src/github/'],
  croner: ['src/domain/workflow/'],
  emulate: ['demo/emulate.ts'],
  fastify: ['src/http/'],
  'ipaddr.js': ['src/engine/steps/'],
  jose: ['src/http/'],
  kysely: ['src/store/'],
  'node:sqlite': ['src/store/', 'src/data-lock.ts'],
  pg: ['src/store/postgres'],
  pino: ['src/main.ts'],
  'prom-client': ['src/http/metrics.ts'],
  typebox: ['contract/', 'src/http/', 'src/live/', 'src/mirror/'],
  undici: ['src/engine/steps/'],
  uuid: ['src/store/'],
  ws: ['src/http/', 'src/live/'],
  yaml: ['src/domain/workflow/', 'demo/'],
}

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The imports of one file that point into the project. */
function importsOf(file: string, text = readFileSync(file, 'utf8')): Import[] {
  const found: Import[] = []
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]|new URL\(\s*['"](\.[^'"]+\.ts)['"]/g
  for (const [, typeOnly, from, dynamic, url] of text.matchAll(pattern)) {
    found.push({
      from: file,
      to: resolve(dirname(file), (from ?? dynamic ?? url)!),
      typeOnly: Boolean(typeOnly),
    })
  }
  return found
}

/** The packages that one file loads when it runs, by their names. Node's own count where they have a room. */
function packagesOf(file: string, text = readFileSync(file, 'utf8')): { file: string; name: string }[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^.'"][^'"]*)['"]|import\(\s*['"]([^.'"][^'"]*)['"]/g
  return [...text.matchAll(pattern)].flatMap(([, typeOnly, from, dynamic]) => {
    const path = (from ?? dynamic)!
    const name = path.startsWith('node:') ? path : path.split('/', path.startsWith('@') ? 2 : 1).join('/')
    return typeOnly || (path.startsWith('node:') && !(path in mayLoad)) ? [] : [{ file, name }]
  })
}

function strangers(packages: readonly { file: string; name: string }[]): string[] {
  return packages
    .map(({ file, name }) => ({ file: relative(root, file).split(sep).join('/'), name }))
    .filter(({ file, name }) => !mayLoad[name]?.some((place) => file.startsWith(place)))
    .map(({ file, name }) => `${file} loads ${name}`)
}

/** The room that a file belongs to: a folder of `src`, a file of `src`, `contract`, `demo` or `web`. */
function roomOf(file: string): string {
  const [first, second] = relative(root, file).split(sep)
  return first === 'src' ? second!.replace(/\.ts$/, '') : first!
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .map(({ from, to }) => ({ from, to, room: roomOf(from), target: roomOf(to) }))
    .filter(({ room, target }) => {
      const allowed = mayImport[room]
      if (!allowed) return true
      return room !== target && !allowed.includes('*') && !allowed.includes(target)
    })
    .map(({ from, to }) => `${relative(root, from)} imports ${relative(root, to)}`)
}

/** Loops of value imports; types are erased and cannot loop at run time. */
function loops(imports: readonly Import[]): string[] {
  const edges = new Map<string, string[]>()
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to])
  }
  const found: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].map((f) => relative(root, f)).join(' → '))
      return
    }
    state.set(file, 'open')
    for (const next of edges.get(file) ?? []) visit(next, [...path, file])
    state.set(file, 'done')
  }
  for (const file of edges.keys()) visit(file, [])
  return found
}

const files = ['src', 'contract', 'demo', 'web'].flatMap((folder) => sourceFiles(join(root, folder)))
const imports = files.flatMap((file) => importsOf(file))

describe('architecture', () => {
  it('sees the project', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(files.length)
  })

  it('lets rooms import only what the table allows', () => {
    expect(violations(imports)).toEqual([])
  })

  it('lets packages into their rooms only', () => {
    const packages = files.filter((file) => roomOf(file) !== 'web').flatMap((file) => packagesOf(file))
    expect(packages.length).toBeGreaterThan(80)
    expect(strangers(packages)).toEqual([])
    // Every room is in use: a package that nobody loads any more leaves the table.
    const loaded = new Set(packages.map(({ name }) => name))
    expect(Object.keys(mayLoad).filter((name) => !loaded.has(name))).toEqual([])
  })

  it('has each package where a start without development dependencies finds it', () => {
    const named = (file: string) => {
      const { dependencies } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { dependencies: object }
      return Object.keys(dependencies)
    }
    const server = named('package.json')
    const both = [...server, ...named('web/package.json')]
    const missing = (folders: string[], known: string[]) =>
      folders
        .flatMap((folder) => sourceFiles(join(root, folder)))
        .flatMap((file) => packagesOf(file))
        .filter(({ name }) => !name.startsWith('node:') && !known.includes(name))
        .map(({ file, name }) => `${relative(root, file)} loads ${name}`)
    expect(missing(['src', 'contract', 'demo'], server)).toEqual([])
    const build = packagesOf(join(root, 'scripts/build-server.ts')).concat(
      packagesOf(join(root, 'scripts/build-web.ts')),
    )
    expect(build.map(({ name }) => name).sort()).toEqual(['rolldown', 'vite'])
    expect(build.filter(({ name }) => !both.includes(name))).toEqual([])
    expect(missing(['web'], both)).toEqual([])
  })

  it('has no import loops', () => {
    expect(loops(imports)).toEqual([])
  })

  it('reads process.env in config and command line only', () => {
    const readers = files
      .filter((file) => readFileSync(file, 'utf8').includes('process.env'))
      .map((file) => relative(root, file))
      .filter(
        (file) => !['src/config.ts', 'src/cli.ts'].includes(file) && !/^web\/[^/]+\.config\.ts$/.test(file),
      )
    expect(readers).toEqual([])
  })

  it('finds a planted violation', () => {
    const planted = join(root, 'src/domain/planted.ts')
    expect(violations(importsOf(planted, "import { openStore } from '../store/open-store.ts'\n"))).toEqual([
      'src/domain/planted.ts imports src/store/open-store.ts',
    ])
    expect(
      violations(importsOf(join(root, 'src/strange/x.ts'), "import type { A } from '../errors.ts'\n")),
    ).toHaveLength(1)
  })

  it('finds a planted package', () => {
    const planted = (file: string, text: string) => strangers(packagesOf(join(root, file), text))
    expect(planted('src/engine/x.ts', "import { Counter } from 'prom-client'\n")).toEqual([
      'src/engine/x.ts loads prom-client',
    ])
    expect(planted('src/http/stats.ts', "import prom from 'prom-client'\n")).toHaveLength(1)
    expect(planted('src/live/x.ts', "import fastify, { type A } from 'fastify'\n")).toHaveLength(1)
    expect(planted('src/tasks/x.ts', "const { Octokit } = await import('@octokit/core')\n")).toHaveLength(1)
    expect(planted('src/engine/x.ts', "import { DatabaseSync } from 'node:sqlite'\n")).toHaveLength(1)
    expect(planted('src/domain/x.ts', "import 'left-pad/always'\n")).toEqual([
      'src/domain/x.ts loads left-pad',
    ])
    expect(planted('src/live/x.ts', "import type { Logger } from 'pino'\nimport 'ws'\n")).toEqual([])
    expect(planted('src/domain/x.ts', "import { join } from 'node:path'\n")).toEqual([])
  })

  it('finds a planted loop', () => {
    const [a, b] = [join(root, 'src/domain/a.ts'), join(root, 'src/domain/b.ts')]
    const looped = [
      ...importsOf(a, "export { x } from './b.ts'\n"),
      ...importsOf(b, "import { y } from './a.ts'\n"),
    ]
    expect(loops(looped)).toEqual(['src/domain/a.ts → src/domain/b.ts → src/domain/a.ts'])
    expect(
      loops(
        importsOf(a, "import type { x } from './b.ts'\n").concat(
          importsOf(b, "import { y } from './a.ts'\n"),
        ),
      ),
    ).toEqual([])
  })

  it('names in docs/ARCHITECTURE.md only files that exist', () => {
    const text = readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8')
    const named = [...text.matchAll(/`((?:src|contract|demo|web|tests|bench)\/[\w./-]+\.tsx?)`/g)].map(
      ([, path]) => path!,
    )
    expect(named.length).toBeGreaterThan(5)
    const known = new Set([
      ...files,
      ...sourceFiles(join(root, 'tests')),
      ...sourceFiles(join(root, 'bench')),
    ])
    expect(named.filter((path) => !known.has(join(root, path)))).toEqual([])
  })
})
