import type { StepAnnotation } from '../../contract/step-output.ts'
import type { Masks } from '../domain/masks.ts'
import { type LogCommand, readLogCommand } from './log-commands.ts'

/** As on GitHub, of each level so many are kept. */
const mostOfALevel = 10
const longestMessage = 4_096

interface Options {
  masks: Masks
  /** Debug lines are shown. */
  debug: boolean
  clock: () => number
  /** One line of the log, with its time and its end. */
  onLine(line: string): void
}

/**
 * Reads what a command prints: obeys the commands within, hides masked values, and gives the rest to the log in the form of
 * GitHub's logs, in which `##[group]` and the like stand for commands.
 */
export function createOutputReader({ masks, debug, clock, onLine }: Options) {
  const annotations: StepAnnotation[] = []
  const outputs: Record<string, string> = {}
  const problems: string[] = []
  /** While it is set, nothing is a command but its own name. */
  let resumeToken: string | null = null

  function write(text: string): void {
    const at = `${new Date(clock()).toISOString().slice(0, -1)}0000Z`
    for (const line of masks.hide(text).split('\n')) onLine(`${at} ${line}\n`)
  }

  function annotate(level: StepAnnotation['level'], { properties, data }: LogCommand): void {
    write(`##[${level}]${data}`)
    if (annotations.filter((other) => other.level === level).length >= mostOfALevel) return
    const line = Number(properties.line)
    annotations.push({
      level,
      message: masks.hide(data).slice(0, longestMessage).toWellFormed(),
      title: properties.title ? masks.hide(properties.title) : null,
      file: properties.file ? masks.hide(properties.file) : null,
      line: Number.isSafeInteger(line) && line > 0 ? line : null,
    })
  }

  /** Obeys a command; false: there is none of that name. */
  function obey(command: LogCommand): boolean {
    const { name, properties, data } = command
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        annotate(name, command)
        return true
      case 'debug':
        if (debug) write(`##[debug]${data}`)
        return true
      case 'group':
      case 'endgroup':
        write(`##[${name}]${data}`)
        return true
      case 'add-mask':
        masks.add(data)
        write('::add-mask::***')
        return true
      case 'stop-commands':
        if (data === '' || isCommand(data)) problems.push(`Invalid token of ::stop-commands:: '${data}'`)
        else {
          resumeToken = data
          if (data.length > 6) masks.add(data)
        }
        return true
      case 'set-output':
        if (properties.name) outputs[properties.name] = data
        return true
      case 'set-env':
      case 'add-path':
        problems.push(
          `The command ::${name}:: is disabled: write to $${name === 'set-env' ? 'GITHUB_ENV' : 'GITHUB_PATH'}`,
        )
        return true
      case 'echo':
      case 'save-state':
      case 'add-matcher':
      case 'remove-matcher':
        return true
      default:
        return false
    }
  }

  return {
    annotations,
    /** By the older `::set-output::`. */
    outputs,
    /** What fails the step, whatever its command answers. */
    problems,
    line(text: string): void {
      if (resumeToken !== null) {
        if (text.trim() === `::${resumeToken}::`) resumeToken = null
        else write(text)
        return
      }
      const command = readLogCommand(text)
      if (!command || !obey(command)) write(text)
    },
    /** What the runner itself has to say. */
    say: write,
    fail(message: string): void {
      annotate('error', { name: 'error', properties: {}, data: message })
    },
  }
}

export type OutputReader = ReturnType<typeof createOutputReader>

const names = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'stop-commands',
])

function isCommand(word: string): boolean {
  return names.has(word.toLowerCase()) || word.toLowerCase() === 'pause-logging'
}
