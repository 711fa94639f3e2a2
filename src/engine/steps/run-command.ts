import { type CommandPolicy, refuseEvent, refuseMaker } from '../../domain/may-run-commands.ts'
import { unableToRunOn } from '../../domain/workflow/runner-context.ts'
import { coded } from '../../errors.ts'
import type { Events } from '../../events.ts'
import type { Runner } from '../../runner/create-runner.ts'
import { openStepLogWriter } from '../../store/logs/step-log-writer.ts'
import type { Store } from '../../store/store.ts'
import { findUser } from '../../store/users.ts'
import type { CommandTask, Perform, StepOutput, StepTask } from '../step.ts'

export interface CommandOptions {
  store: Store
  runner: Runner
  /** Whose workflows may run commands. */
  policy: CommandPolicy
  events: Events
  clock: () => number
}

/** `run`: a command on the hub's machine, for whom the operator lets run one. */
export function createRunCommand(options: CommandOptions): Perform {
  const { store, runner, events, clock } = options

  async function perform(task: StepTask): Promise<StepOutput> {
    const { command } = task
    if (!command) throw new Error('a command needs to know of its run')
    await requireRight(options, task, command)
    const unable = unableToRunOn(command.labels)
    if (unable) throw coded('cannot_run_here', `It cannot run here: ${unable}.`)
    const { run } = command
    const { job, step } = task
    const log = await openStepLogWriter({
      ...{ store, clock, place: { run_id: run.id, job, step }, resumes: task.attempt > 1 },
      onGrow: (bytes) => events.emit('log.grew', { run, job, step, bytes }),
    })
    let left: Parameters<typeof log.close>[0] = { annotations: [], summary: null }
    try {
      const result = await runner.run({
        ...{ runId: run.id, job, resumes: command.resumes, log, signal: task.signal, masks: command.masks },
        script: task.inputs.run ?? '',
        shell: task.inputs.shell || undefined,
        workingDirectory: task.inputs['working-directory'] || undefined,
        env: command.env,
        github: githubVariables(task),
        event: task.github.event,
      })
      left = result
      const error = result.error === null ? null : coded('step_failed', result.error)
      return { outputs: result.outputs, env: result.env, error }
    } finally {
      await log.close(left)
    }
  }

  return (task) => runner.hold(perform(task))
}

async function requireRight(
  { store, policy }: CommandOptions,
  { github }: StepTask,
  { run }: CommandTask,
): Promise<void> {
  const maker = await findUser(store.read, run.maker)
  const known = maker && { role: maker.role, isDisabled: maker.disabled_at !== null }
  const refusal = refuseMaker(policy, known) ?? refuseEvent(github.event_name, github.event)
  if (refusal) throw coded('forbidden', `This command was not run: ${refusal}.`)
}

/** What of the `github` context is for commands, in GitHub's list of variables; the event is in a file. */
function githubVariables({ github, job, step }: StepTask): Record<string, string> {
  const { event: _, repositoryUrl: __, ...members } = github
  return { ...members, job, action: step }
}

/** Where the operator lets nobody run commands, and in tests that need none. */
export const noCommands: Perform = () =>
  Promise.reject(coded('cannot_run_here', 'It cannot run here: this hub runs no commands.'))
