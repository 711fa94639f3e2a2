/**
 * The one test command: builds the web app, then types, lint and every test. Ends with `N passed, N failed`, counting
 * each test and each check, and exits with 1 when anything failed. `npm test -- tests/http` runs only matching tests.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const bin = (name: string) => join(root, 'node_modules', '.bin', name)
const patterns = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) < 26) {
  console.error(
    `The tests need Node 26; this is ${process.version}. Run \`npm ci\` first, then \`npm test\`.`,
  )
  process.exit(1)
}

let passed = 0
let failed = 0

/** Runs one check to its end, its output passed through. */
function check(name: string, command: string, args: string[]): void {
  const started = performance.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  console.log(
    `${status === 0 ? 'ok' : 'FAILED'}: ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
  )
  if (status === 0) passed += 1
  else failed += 1
}

check('web build', process.execPath, ['scripts/build-web.ts', '--if-needed'])
if (patterns.length === 0) {
  check('types of the server', bin('tsc'), ['--noEmit'])
  check('types of the web app', bin('tsc'), ['--noEmit', '-p', 'tsconfig.web.json'])
  check('lint and format', bin('biome'), ['check', '.'])
}

const folder = mkdtempSync(join(tmpdir(), 'cldcde-test-'))
const report = join(folder, 'report.json')
const { status } = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...patterns],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
)
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
