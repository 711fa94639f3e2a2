/**
 * The one test command: builds server and web app, then types, lint and every test. Ends with `N passed, N failed`, counting
 * each test and each check, and exits with 1 when anything failed. `npm test -- tests/http` runs only matching tests.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const patterns = process.argv.slice(2)

let passed = 0
let failed = 0

/** The script behind the command of a package. Its own first line would look for another Node on the path. */
function commandOf(name: string): string {
  const folder = join(root, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: object }
  return join(folder, Object.values(bin)[0])
}

/** Runs a script to its end on this very Node, its output passed through; answers its exit code. */
function run(script: string, args: string[]): number | null {
  return spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  }).status
}

/** Runs one check and counts it. */
function check(name: string, script: string, args: string[]): void {
  const started = performance.now()
  const status = run(script, args)
  console.log(
    `${status === 0 ? 'ok' : 'FAILED'}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
  )
  if (status === 0) passed += 1
  else failed += 1
}

check('build', 'scripts/build.ts', ['--if-needed'])
if (patterns.length === 0) {
  check('types of the server', commandOf('typescript'), ['--noEmit'])
  check('types of the web app', commandOf('typescript'), ['--noEmit', '-p', 'tsconfig.web.json'])
  check('lint and format', commandOf('@biomejs/biome'), ['check', '.'])
}

const folder = mkdtempSync(join(tmpdir(), 'cldcde-test-'))
const report = join(folder, 'report.json')
const status = run(commandOf('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...patterns,
])
try {
  const result = JSON.parse(readFileSync(report, 'utf8'))
  passed += result.numPassedTests
  failed += result.numFailedTests
  // A file that could not be loaded, or an error outside of any test, is a failure too.
  const broken = result.testResults.filter(
    (file: { status: string; assertionResults: unknown[] }) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  failed += broken
  if (status !== 0 && result.numFailedTests + broken === 0) failed += 1
  const skipped = result.numPendingTests + result.numTodoTests
  if (skipped > 0) {
    console.error(`${skipped} tests were skipped; a skipped proof is a broken promise.`)
    failed += skipped
  }
} catch (error) {
  console.error('The test runner left no report:', error)
  failed += 1
}
rmSync(folder, { recursive: true, force: true })

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
