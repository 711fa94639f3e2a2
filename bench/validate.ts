/**
 * Claim: judging any source of a workflow up to 256 KiB costs at most 200 ms of CPU, whatever is large in it.
 * Prints JSON: for each shape the CPU time of parsing it, the number of problems and the bytes of the answer.
 */
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'

const length = 262_000
const job = 'jobs:\n  a:\n    steps: [{ uses: hub/set-output, with: { a: b } }]\n'
const repeat = (text: string) => text.repeat(Math.floor(length / text.length))
const each = (make: (index: number) => string) => {
  let text = ''
  for (let index = 0; text.length < length; index++) text += make(index)
  return text
}
const input = (text: string) =>
  `on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n        with: { a: "${text}" }\n`

const sources: Record<string, string> = {
  '${{inputs.a}} again and again': input(repeat('${{inputs.a}}')),
  'a hundred thousand [': repeat('['),
  'one key again and again': `on: push\n${repeat('a: b\n')}`,
  '1==1==…': `on: push\njobs:\n  a:\n    if: 1${'==1'.repeat(5_000)}\n    steps: []\n`,
  '1||1||… of 12 expressions': input(`\${{ 1${'||1'.repeat(6_900)} }}`.repeat(12)),
  'many variables': `on: push\nenv:\n${each((index) => ` k${index}: b\n`)}${job}`,
  'jobs that need missing jobs': `on: push\njobs:\n${each((index) => ` j${index}: {needs: [x${index}]}\n`)}`,
  'a thousand steps': `on: push\njobs:\n${Array.from({ length: 4 }, (_, index) => ` j${index}:\n  steps:\n${'   - uses: hub/set-output\n     with: {a: "${{ steps.x.outputs.y }}", b: c}\n'.repeat(250)}`).join('')}`,
  'many schedules': `on:\n  schedule:\n${repeat("    - cron: '0 0 30 2 *'\n")}${job}`,
  'fifty schedules': `on:\n  schedule:\n${"    - cron: '0 0 30 2 *'\n".repeat(50)}${job}`,
  'aliases of a long text': `on: push\nenv: {k: &a "${'${{inputs.x}}'.repeat(900)}",${each((index) => `k${index}: *a,`)}}\n${job}`,
  ']]]': repeat(']'),
  commas: `[${repeat(',')}`,
  '*,*,': `[${repeat('*,')}`,
}

const results: Record<string, { cpuMs: number; problems: number; answerBytes: number }> = {}
for (const round of ['warm', 'measured']) {
  for (const [name, written] of Object.entries(sources)) {
    const source = written.slice(0, 262_144)
    const before = process.cpuUsage()
    const { problems } = parseWorkflow(source)
    const { user, system } = process.cpuUsage(before)
    if (round === 'warm') continue
    const answerBytes = JSON.stringify(problems).length
    results[name] = { cpuMs: Math.round((user + system) / 1000), problems: problems.length, answerBytes }
  }
}
const worstCpuMs = Math.max(...Object.values(results).map(({ cpuMs }) => cpuMs))
console.log(JSON.stringify({ worstCpuMs, results }, null, 2))
