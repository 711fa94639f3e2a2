import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))

interface Locked {
  version?: string
  integrity?: string
  optional?: boolean
  os?: string
  link?: boolean
  hasInstallScript?: boolean
}
const locked = Object.entries(read('package-lock.json').packages as Record<string, Locked>)

/** A folder whose `node` notes that it was called, and fails: whoever looks for Node on the path finds this one. */
const folder = mkdtempSync(join(tmpdir(), 'cldcde-path-'))
const called = join(folder, 'called')
writeFileSync(join(folder, 'node'), `#!/bin/sh\necho "$@" >> ${called}\nexit 97\n`)
chmodSync(join(folder, 'node'), 0o755)
const path = [folder, process.env.PATH].join(delimiter)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Arguments that make a Node say that it is an older one. */
const asOldNode = [
  '--import',
  `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`,
]

describe('the runtime', () => {
  it('is in the lockfile, with the hash of its binary for each platform', () => {
    const wanted = read('package.json').optionalDependencies as Record<string, string>
    expect(Object.keys(wanted)).toHaveLength(5)
    expect(new Set(Object.values(wanted)).size).toBe(1)
    for (const [name, version] of Object.entries(wanted)) {
      const entry = locked.find(([place]) => place === `node_modules/${name}`)?.[1]
      expect(entry, name).toMatchObject({ version, optional: true, os: expect.any(String) })
      expect(entry?.integrity, name).toMatch(/^sha512-/)
    }
    // These tests run on it.
    expect(Object.values(wanted)).toContain(process.versions.node)
  })

  it('needs no install script: not its own, nor that of any other package', () => {
    expect(locked.length).toBeGreaterThan(200)
    expect(locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => place)).toEqual([])
    const unhashed = locked.filter(
      ([place, { integrity, link }]) => !integrity && !link && place.includes('_'),
    )
    expect(unhashed).toEqual([])
  })

  it('takes over from an older Node: the command line and every script', () => {
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [...asOldNode, ...args], {
        cwd: root,
        encoding: 'utf8',
        env: { PATH: path },
      })
    // In the old process this would say 20.20.2.
    const findings = JSON.parse(run('bin/cldcde.js', 'doctor', '--json')) as { what: string; says: string }[]
    expect(findings.find(({ what }) => what === 'runtime')?.says).toContain(`Node ${process.versions.node}`)
    const child = "execFileSync('node', ['-p', 'process.versions.node']).toString().trim()"
    writeFileSync(
      join(folder, 'say.ts'),
      `import { execFileSync } from 'node:child_process'
      console.log(process.versions.node, ${child}, process.argv.slice(2) as string[])`,
    )
    const { node } = process.versions
    expect(run('bin/run.js', join(folder, 'say.ts'), 'a', '--b')).toBe(`${node} ${node} [ 'a', '--b' ]\n`)
    writeFileSync(join(folder, 'flags.ts'), 'console.log(JSON.stringify(process.execArgv))')
    const flags = run('--max-semi-space-size=8', '--v8-pool-size=1', 'bin/run.js', join(folder, 'flags.ts'))
    expect(JSON.parse(flags)).toEqual(['--max-semi-space-size=8', '--v8-pool-size=1'])
    for (const script of Object.values(read('package.json').scripts as Record<string, string>)) {
      if (script.includes('node '))
        expect(script).toMatch(/^node (--max-semi-space-size=\d+ --v8-pool-size=\d+ )?bin\/\w+\.js /)
    }
  })

  it('ends as what it took over ends', () => {
    const { status, stderr } = spawnSync(process.execPath, [...asOldNode, 'bin/cldcde.js', 'strat'], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(stderr).toContain('unknown command "strat"')
    expect(status).toBe(2)
  })

  it('runs the tests on itself, whatever `node` the path leads to', () => {
    const args = ['scripts/test.ts', 'tests/domain/triggers.test.ts']
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: path, HOME: process.env.HOME },
    })
    expect(stdout).toMatch(/\n[1-9]\d* passed, 0 failed\n$/)
    expect(status).toBe(0)
    expect(existsSync(called)).toBe(false)
    // The control: a command by its name meets the other one.
    expect(spawnSync('node', ['x'], { env: { PATH: path } }).status).toBe(97)
    expect(existsSync(called)).toBe(true)
  }, 120_000)
})
