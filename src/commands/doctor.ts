import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import { examinations } from '../examine.ts'
import { print, type Values } from './arguments.ts'

interface Finding {
  what: string
  ok: boolean
  says: string
}

/** `cldcde doctor`: looks at everything that a start needs and changes nothing; exit code 1 when something is wrong. */
export async function runDoctorCommand(config: Config, values: Values): Promise<void> {
  const findings: Finding[] = []
  for (const { what, look } of examinations(config, { thorough: true })) {
    try {
      findings.push({ what, ok: true, says: await look() })
    } catch (error) {
      findings.push({ what, ok: false, says: messageOf(error) })
    }
  }
  const lines = findings.map(({ ok, what, says }) => `${ok ? 'ok   ' : 'WRONG'}  ${what}: ${says}`)
  print(values, findings, lines.join('\n'))
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1
}
