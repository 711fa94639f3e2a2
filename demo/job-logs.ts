import type { JobRow, JobStep } from './emulate-actions-rows.ts'

/** What a job is about, as far as its log tells it. */
export interface LoggedJob {
  job: JobRow
  fullName: string
  branch: string
  sha: string
  /** What the failing step complains of; null for a job that went well. */
  trouble: { path: string; line: number; message: string } | null
  /** Somebody asked for it with debug logging. */
  debug: boolean
}

/**
 * The text that GitHub gives for a job: each line with its time, groups, commands and colours.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function logOf(logged: LoggedJob): string {
  return logged.job.steps
    .filter(({ conclusion, started_at }) => conclusion !== 'skipped' && started_at !== null)
    .flatMap((step) => timed(step, linesOf(step, logged)))
    .join('')
}

/** Spreads lines evenly over the time that a step took. */
function timed({ started_at, completed_at }: JobStep, lines: readonly string[]): string[] {
  const from = Date.parse(started_at!)
  const took = Math.max(0, Date.parse(completed_at ?? started_at!) - from - 50)
  return lines.map((line, index) => {
    const at = new Date(from + (took * index) / lines.length).toISOString()
    return `${at.replace('Z', `${String((index * 7919) % 10_000).padStart(4, '0')}Z`)} ${line}\n`
  })
}

function linesOf(step: JobStep, logged: LoggedJob): string[] {
  const { job, fullName, branch, sha, debug } = logged
  const told = debug ? [`##[debug]Evaluating condition for step: '${step.name}'`] : []
  if (step.name === 'Set up job') return [...told, ...setUp(job, fullName)]
  if (step.name === 'Complete job') return [...told, 'Cleaning up orphan processes']
  const command = step.name.replace(/^Run /, '')
  const head = [
    `##[group]Run ${command}`,
    `\u001b[36;1m${command}\u001b[0m`,
    'shell: bash -e {0}',
    '##[endgroup]',
  ]
  const isCheckout = command.startsWith('actions/checkout') && step.conclusion === 'success'
  if (isCheckout) return [...told, ...head, ...checkout(fullName, branch, sha)]
  return [...told, ...head, ...work(step, logged)]
}

function setUp({ name, runner_name }: JobRow, fullName: string): string[] {
  return [
    "Current runner version: '2.331.0'",
    '##[group]Runner Image',
    'Image: ubuntu-24.04',
    'Version: 20261101.1.0',
    '##[endgroup]',
    '##[group]GITHUB_TOKEN Permissions',
    'Contents: read',
    'Metadata: read',
    '##[endgroup]',
    `Runner name: '${runner_name ?? 'hosted'}'`,
    `Prepare workflow directory of ${fullName}`,
    `Complete job name: ${name}`,
  ]
}

function checkout(fullName: string, branch: string, sha: string): string[] {
  return [
    `Syncing repository: ${fullName}`,
    '##[group]Fetching the repository',
    `[command]/usr/bin/git -c protocol.version=2 fetch --no-tags --depth=1 origin +${sha}:refs/remotes/origin/${branch}`,
    '##[endgroup]',
    `HEAD is now at ${sha.slice(0, 7)}`,
  ]
}

function work(step: JobStep, { sha, trouble }: LoggedJob): string[] {
  const seed = Number.parseInt(sha.slice(0, 6), 16)
  const tests = Array.from({ length: 60 }, (_, index) => {
    const ms = ((seed >> (index % 12)) % 90) + 1
    return `\u001b[32m✓\u001b[0m case ${index + 1} \u001b[90m(${ms} ms)\u001b[0m`
  })
  const failed = step.conclusion === 'failure' && trouble
  const warning = '\u001b[33m⚠\u001b[0m 2 packages are a major version behind'
  if (!failed) return [warning, '##[group]Cases', ...tests, '##[endgroup]', '\u001b[32mAll is well.\u001b[0m']
  return [
    '##[group]Cases',
    ...tests.slice(0, 40),
    '##[endgroup]',
    `\u001b[31m✗ ${trouble.path}:${trouble.line}\u001b[0m`,
    `  \u001b[1mexpected\u001b[0m 1, got \u001b[31m${seed % 7}\u001b[0m`,
    '##[warning]2 packages are a major version behind',
    `##[error]${trouble.message}`,
    '##[error]Process completed with exit code 1.',
  ]
}
