import { noMore, parseCommandLine, type Values, WrongUse } from './commands/arguments.ts'
import { isCoded, messageOf } from './errors.ts'

const help = `CLDCDE Pro: a self-hosted, real-time control room for GitHub

  cldcde start [--demo] [--port N] [--host ADDRESS]   run the hub
  cldcde demo                                         the same as start --demo: a local GitHub with living sample data
  cldcde migrate                                      bring the database up to date
  cldcde doctor                                       check runtime, settings, master key and database
  cldcde user list
  cldcde user role --login LOGIN --role viewer|member|maintainer|owner
  cldcde user sign-in-link --login LOGIN              a one-time address that signs this person in
  cldcde token create --login LOGIN --scope read,write[,admin] [--name NAME] [--days N]
  cldcde token list --login LOGIN
  cldcde token revoke ID --login LOGIN

  --json   print JSON          --demo   work on the demo's data          --help

Settings come from the environment and from .env: see .env.example. Commands work on the data of the running hub; the
demo keeps its data in a folder of its own. Exit codes: 0 done, 1 failed, 2 wrong use.`

/** Runs one command line (without node and script) and sets the exit code. */
export async function runCommandLine(args: string[]): Promise<void> {
  try {
    const { values, positionals } = parseCommandLine(args)
    const [command = 'help', ...rest] = positionals
    if (values.help || command === 'help') console.log(help)
    else await run([command, ...rest], values)
  } catch (error) {
    const wrongUse = error instanceof WrongUse
    process.exitCode = wrongUse ? 2 : 1
    if (args.includes('--json')) {
      console.error(
        JSON.stringify({ code: isCoded(error) ? error.code : 'failed', detail: messageOf(error) }),
      )
      return
    }
    console.error(`cldcde: ${messageOf(error)}${wrongUse ? '\nSee `cldcde --help`.' : ''}`)
    if (!wrongUse && !isCoded(error)) {
      const { withSourceLines } = await import('./source-lines.ts')
      console.error(withSourceLines(error))
    }
  }
}

/** Each command loads only what it needs: a start should not wait for the others. */
async function run([command, ...rest]: string[], values: Values): Promise<void> {
  switch (command) {
    case 'start':
    case 'demo': {
      noMore(rest)
      const { configOf } = await import('./commands/config-of.ts')
      // Before the hub is loaded: a wrong setting is answered at once.
      const config = configOf(values)
      const { runHub } = await import('./main.ts')
      return runHub({ config, demo: command === 'demo' || values.demo === true })
    }
    case 'migrate': {
      noMore(rest)
      const { runMigrateCommand } = await import('./commands/migrate.ts')
      return runMigrateCommand(values)
    }
    case 'doctor': {
      noMore(rest)
      const { dataConfigOf } = await import('./commands/open-data.ts')
      const { runDoctorCommand } = await import('./commands/doctor.ts')
      return runDoctorCommand(dataConfigOf(values), values)
    }
    case 'user': {
      const { runUserCommand } = await import('./commands/user.ts')
      return runUserCommand(rest, values)
    }
    case 'token': {
      const { runTokenCommand } = await import('./commands/token.ts')
      return runTokenCommand(rest, values)
    }
    default:
      throw new WrongUse(`unknown command "${command}".`)
  }
}
