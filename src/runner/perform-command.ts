import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createMasks, type Masks } from '../domain/masks.ts'
import { messageOf } from '../errors.ts'
import { asksToEnd, type CommandRequest, type CommandResult } from './command.ts'
import { commandEnvironment } from './command-environment.ts'
import { readPairs, readPaths } from './file-commands.ts'
import type { JobFolder } from './job-folder.ts'
import { createLineReader } from './line-reader.ts'
import { createOutputReader, type OutputReader } from './output-reader.ts'
import { type GroupEnd, type ProcessGroup, startGroup } from './process-group.ts'
import { isSame } from './processes.ts'
import { shellCommand } from './shells.ts'
import type { StepUser } from './step-user.ts'

/** As on GitHub. */
const mostSummary = 2 ** 20
const mostPairs = 2 ** 20

interface Surroundings {
  /** Of the command's files. */
  name: string
  folder: JobFolder
  /** What the job's commands have started. */
  groups: Set<ProcessGroup>
  base: Readonly<Record<string, string>>
  hasBash: boolean
  user: StepUser | null
  clock: () => number
}

type Files = Readonly<Record<'OUTPUT' | 'ENV' | 'PATH' | 'STATE' | 'STEP_SUMMARY', string>>

/** Runs one command to its end and reads what it left. */
export async function performCommand(request: CommandRequest, around: Surroundings): Promise<CommandResult> {
  const { folder, groups } = around
  const { memory } = folder
  const masks = createMasks([...request.masks, ...memory.masks])
  const output = createOutputReader({
    masks,
    debug: request.env.ACTIONS_STEP_DEBUG === 'true',
    clock: around.clock,
    onLine: (line) => request.log.write(line),
  })
  const files = await offerFiles(around)
  const group = await begin(request, { around, files, masks, output })
  groups.add(group)
  const stop = () => (asksToEnd(request.signal) ? group.stop() : group.kill())
  if (request.signal.aborted) stop()
  request.signal.addEventListener('abort', stop)
  try {
    const end = await group.ended
    if (request.signal.aborted || !group.isAlive()) {
      // Nothing of it is left but, perhaps, what must not be.
      group.kill()
      groups.delete(group)
    }
    return await finish(end, { request, files, masks, output, folder })
  } catch (error) {
    group.kill()
    groups.delete(group)
    throw error
  } finally {
    request.signal.removeEventListener('abort', stop)
  }
}

async function offerFiles({ folder, name }: Surroundings): Promise<Files> {
  const [OUTPUT, ENV, PATH, STATE, STEP_SUMMARY] = await Promise.all([
    folder.offer(`set_output_${name}`),
    folder.offer(`set_env_${name}`),
    folder.offer(`add_path_${name}`),
    folder.offer(`save_state_${name}`),
    folder.offer(`step_summary_${name}`),
  ])
  return { OUTPUT, ENV, PATH, STATE, STEP_SUMMARY }
}

async function begin(
  request: CommandRequest,
  {
    around,
    files,
    masks,
    output,
  }: { around: Surroundings; files: Files; masks: Masks; output: OutputReader },
): Promise<ProcessGroup> {
  const { folder, user, base, name } = around
  const { script, log } = request
  const shell = shellCommand(request.shell, around.hasBash)
  const file = join(folder.path, 'commands', `${name}${shell.extension}`)
  await writeFile(file, script.endsWith('\n') ? script : `${script}\n`, { mode: 0o644 })
  announce(request, shell.shown, output)
  const reader = () => createLineReader(output.line, masks.cut)
  const lines = { stdout: reader(), stderr: reader() }
  const group = await startGroup({
    words: shell.words.map((word) => word.replaceAll('{0}', file)),
    cwd: folder.path,
    directory: resolve(folder.workspace, request.workingDirectory ?? '.'),
    env: commandEnvironment({ base, folder, user, env: request.env, github: request.github, files }),
    user,
    async record(process) {
      const others = folder.memory.processes.filter(isSame)
      folder.memory.processes = process ? [...others, process] : others
      folder.memory.masks = [...masks.values]
      await folder.keep()
    },
    onOutput: (bytes, from) => lines[from].write(bytes),
    room: () => log.room(),
  })
  return {
    ...group,
    ended: group.ended.finally(() => {
      lines.stdout.end()
      lines.stderr.end()
    }),
  }
}

/** The head of the log: what runs, and with what. */
function announce({ script, env }: CommandRequest, shell: string, output: OutputReader): void {
  const [first = ''] = script.trim().split('\n', 1)
  output.say(`##[group]Run ${first}`)
  for (const line of script.trimEnd().split('\n')) output.say(`\u001b[36;1m${line}\u001b[0m`)
  output.say(`shell: ${shell}`)
  const variables = Object.entries(env)
  if (variables.length > 0) output.say('env:')
  for (const [name, value] of variables) output.say(`  ${name}: ${value}`)
  output.say('##[endgroup]')
}

async function finish(
  end: GroupEnd,
  {
    request,
    files,
    masks,
    output,
    folder,
  }: {
    request: CommandRequest
    files: Files
    masks: Masks
    output: OutputReader
    folder: JobFolder
  },
): Promise<CommandResult> {
  const { memory } = folder
  const problems = [...output.problems]
  const pairsOf = async (file: string, variable: string): Promise<Record<string, string>> => {
    const text = await folder.collect(file, mostPairs)
    if (text === null) {
      problems.push(`$${variable} holds more than ${mostPairs} bytes.`)
      return {}
    }
    const { pairs, problem } = readPairs(text)
    if (problem) problems.push(`Unable to process $${variable}: ${problem}`)
    return pairs
  }
  const outputs = { ...output.outputs, ...(await pairsOf(files.OUTPUT, 'GITHUB_OUTPUT')) }
  const env = await pairsOf(files.ENV, 'GITHUB_ENV')
  await pairsOf(files.STATE, 'GITHUB_STATE')
  if ('NODE_OPTIONS' in env) {
    output.fail("Can't store NODE_OPTIONS by $GITHUB_ENV: a workflow may not set it for its later steps.")
    delete env.NODE_OPTIONS
  }
  const added = readPaths((await folder.collect(files.PATH, mostPairs)) ?? '')
  for (const each of added) memory.path = [each, ...memory.path.filter((other) => other !== each)]
  const summary = await readSummary(files.STEP_SUMMARY, { masks, output, folder })

  // What shows a masked value is for later commands, and for nobody to read.
  const shown = { outputs: split(outputs, masks).shown, env: split(env, masks).shown }
  for (const [name, value] of Object.entries(split(outputs, masks).hidden)) {
    const told = masks.isIn(value) ? name : '***'
    output.say(`##[warning]The output '${told}' is left out: it holds a masked value.`)
  }
  memory.withheld = { ...without(memory.withheld, shown.env), ...split(env, masks).hidden }
  const isNew = added.length + Object.keys(env).length > 0 || masks.values.length > memory.masks.length
  memory.masks = [...masks.values]
  if (isNew) await folder.keep()

  const { code, signal } = end
  const why =
    code === 125
      ? 'The command could not begin: its working-directory is not there.'
      : code === null
        ? `Process was ended by ${signal}.`
        : `Process completed with exit code ${code}.`
  for (const problem of problems) output.fail(problem)
  if (code !== 0 && !request.signal.aborted) output.fail(why)
  if (request.signal.aborted) output.say(`##[error]${messageOf(request.signal.reason)}`)
  const { annotations } = output
  const error = problems[0] ?? (code === 0 ? null : why)
  return { ...shown, annotations, summary, error: error && masks.hide(error) }
}

async function readSummary(
  file: string,
  { masks, output, folder }: { masks: Masks; output: OutputReader; folder: JobFolder },
): Promise<string | null> {
  const text = await folder.collect(file, mostSummary)
  if (text === null) output.fail(`The step summary is left out: it holds more than ${mostSummary} bytes.`)
  return text ? masks.hide(text) : null
}

function split(
  values: Record<string, string>,
  masks: Masks,
): { shown: Record<string, string>; hidden: Record<string, string> } {
  // As it was written: a value with `=` in it may have become a name.
  const isHidden = ([name, value]: [string, string]) => masks.isIn(`${name}=${value}`) || masks.isIn(value)
  const { shown = [], hidden = [] } = Object.groupBy(Object.entries(values), (pair) =>
    isHidden(pair) ? 'hidden' : 'shown',
  )
  return { shown: Object.fromEntries(shown), hidden: Object.fromEntries(hidden) }
}

function without(values: Record<string, string>, names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(names, name)))
}
