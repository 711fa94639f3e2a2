import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'cldcde-leaks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Each leaves one thing behind; the last line of each says what the check must call it. */
const leaks: Record<string, { code: string; told: RegExp }> = {
  folder: { code: `mkdtempSync(join(tmpdir(), 'left-'))`, told: /temporary left-/ },
  process: {
    code: `spawn('sh', ['-c', 'sleep 301 & exit'], { cwd: '/', stdio: 'ignore', detached: true }).unref()`,
    told: /process \d+: sleep 301/,
  },
  server: { code: `createServer().listen(0)`, told: /open handle TCPServerWrap/ },
  timer: { code: `setInterval(() => {}, 60_000)`, told: /open handle Timeout/ },
  thread: { code: `new Worker('setInterval(() => {}, 60_000)', { eval: true }).unref()`, told: /thread × 1/ },
  postgres: {
    code: `await ownPostgres()`,
    told: /process \d+: \S*postgres -D .*temporary cldcde-postgres-/s,
  },
}

it('a test file that leaves something behind fails, and hears what', () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const support = join(root, 'tests/support')
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { test: {
      globalSetup: [${JSON.stringify(join(support, 'global-setup.ts'))}],
      setupFiles: [${JSON.stringify(join(support, 'leak-check.ts'))}],
      include: ['*.test.ts'], testTimeout: 120_000, hookTimeout: 180_000,
    } }`,
  )
  for (const [name, { code }] of Object.entries({ ...leaks, nothing: { code: '' } })) {
    writeFileSync(
      join(folder, `${name}.test.ts`),
      `import { spawn } from 'node:child_process'
      import { mkdtempSync } from 'node:fs'
      import { createServer } from 'node:http'
      import { tmpdir } from 'node:os'
      import { join } from 'node:path'
      import { Worker } from 'node:worker_threads'
      import { it } from 'vitest'
      import { ownPostgres } from ${JSON.stringify(join(support, 'postgres-server.ts'))}
      it('passes', async () => { ${code} })`,
    )
  }
  const output = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  spawnSync(
    process.execPath,
    [vitest, 'run', '--root', folder, '--reporter', 'json', '--outputFile', output],
    {
      env: { ...process.env, CLDCDE_TEST_PATIENCE_MS: '1000' },
    },
  )
  const report = readReport(output)
  for (const [name, { told }] of Object.entries(leaks)) {
    expect(report.get(name), name).toMatchObject({ status: 'failed', message: expect.stringMatching(told) })
  }
  expect(report.get('nothing')).toMatchObject({ status: 'passed' })
})

interface FileResult {
  status: string
  message: string
}

function readReport(path: string): Map<string, FileResult> {
  const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as {
    testResults: (FileResult & { name: string })[]
  }
  return new Map(testResults.map((result) => [basename(result.name, '.test.ts'), result]))
}
