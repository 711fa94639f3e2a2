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
  engine: ['contract', 'domain', 'mirror', 'store', 'queue', 'github', 'errors', 'events'],
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
  hub: ['*'],
  main: ['*'],
  commands: ['*'],
  cli: ['*'],
  web: ['contract'],
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
