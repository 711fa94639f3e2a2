import { execFile, execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it, vi } from 'vitest'
import { startChild } from '../support/child.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'cldcde-package-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
vi.setConfig({ testTimeout: 300_000 })

/** Runs a command that starts a hub; what it said and serves once it is ready. It is stopped by the signal of a service. */
async function start(command: string, args: string[], cwd: string) {
  const child = startChild(args, {
    command,
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', LOG_LEVEL: 'warn' },
    detached: true, // npm does not pass signals on to what its scripts have started
  })
  const ready = /^ready (\S+)/m
  await child.said(ready)
  return {
    url: ready.exec(child.output())![1]!,
    output: child.output,
    async [Symbol.asyncDispose]() {
      process.kill(-child.process.pid!, 'SIGTERM')
      await child.ended()
    },
  }
}

/** The same files once more, without the time and room of copying where the file system allows. */
function mirror(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) mirror(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else {
      try {
        linkSync(source, target)
      } catch {
        copyFileSync(source, target)
      }
    }
  }
}

/** What `npm ci --omit=dev` would install, by the lockfile. */
function installWithoutDev(to: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; link?: boolean }>
  }
  const installed = new Set(readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' }))
  for (const [place, { dev, link }] of Object.entries(packages)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1]
    if (!name || dev || link || !installed.has(name)) continue
    mirror(join(root, place), join(to, place))
  }
}

it('starts without development dependencies, from nothing but the sources', async () => {
  const clone = join(folder, 'clone')
  for (const name of readdirSync(root)) {
    if (['node_modules', 'dist', 'data', '.git', '.env', 'tests'].includes(name)) continue
    cpSync(join(root, name), join(clone, name), { recursive: true })
  }
  installWithoutDev(clone)
  expect(readdirSync(join(clone, 'node_modules'))).not.toContain('vitest')
  await using hub = await start('npm', ['start'], clone)
  expect(hub.output()).toContain('server built')
  const page = await fetch(hub.url)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root"')])
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
})

it('names the lines of the sources in a stack trace of the bundle', async () => {
  await promisify(execFile)(process.execPath, [join(root, 'scripts/build.ts'), '--if-needed'], { cwd: root })
  // Not a command line: it fails where the source says, in a way that nobody foresaw.
  const script = `
    import { withSourceLines } from ${JSON.stringify(join(root, 'src/source-lines.ts'))}
    const { runCommandLine } = await import(${JSON.stringify(join(root, 'dist/server/cli.js'))})
    await runCommandLine(5).catch((error) => console.log(withSourceLines(error).stack))
    process.exitCode = 0`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const source = readFileSync(join(root, 'src/cli.ts'), 'utf8').split('\n')
  const line = source.findIndex((text) => text.includes("args.includes('--json')")) + 1
  expect(stdout).toMatch(new RegExp(`^TypeError: .*\\n    at runCommandLine \\(src/cli.ts:${line}:\\d+\\)`))
})

it('starts as an installed package: page, demo and all, without sources', async () => {
  await promisify(execFile)('npm', ['pack', '--pack-destination', folder], { cwd: root })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  const unpacked = join(folder, 'app/node_modules/cldcde-pro')
  mkdirSync(unpacked, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', unpacked, '--strip-components=1'])
  expect(readdirSync(unpacked).sort()).toEqual(
    [
      '.env.example',
      'LICENSE',
      'README.md',
      'bin',
      'demo',
      'dist',
      'docs',
      'examples',
      'package.json',
    ].sort(),
  )
  // Beside it only what is not in the bundle: the packages of the lockfile that it names as such.
  for (const name of ['emulate', 'yaml', 'commander', 'picocolors']) {
    mirror(join(root, 'node_modules', name), join(dirname(unpacked), name))
  }
  const app = join(folder, 'app')
  const bin = join(unpacked, 'bin/cldcde.js')
  await using hub = await start(process.execPath, [bin, 'start', '--demo'], app)
  expect(hub.output()).toContain('local GitHub with sample data')
  const page = await fetch(hub.url)
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root"')])
  // The database is read in a thread, and the demo's GitHub is a process: files of their own in the bundle.
  const { demo } = (await (await fetch(`${hub.url}/api/v1/setup`)).json()) as { demo: { people: unknown[] } }
  expect(demo.people.length).toBeGreaterThan(3)
  expect((await fetch(`${hub.url}/api/docs`)).status).toBe(200)
  const doctor = await promisify(execFile)(process.execPath, [bin, 'doctor', '--demo'], { cwd: app })
  expect(doctor.stdout).toContain(`hub: runs at ${hub.url}`)
})
