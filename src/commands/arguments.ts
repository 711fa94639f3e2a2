import { parseArgs } from 'node:util'
import { messageOf } from '../errors.ts'

/** A mistake in how the command was written: exit code 2. */
export class WrongUse extends Error {}

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  demo: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  login: { type: 'string' },
  role: { type: 'string' },
  scope: { type: 'string' },
  name: { type: 'string' },
  days: { type: 'string' },
} as const

export type Values = ReturnType<typeof parseCommandLine>['values']

/** Reads the words of a command line; throws `WrongUse` for options that do not exist. */
export function parseCommandLine(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new WrongUse(messageOf(error))
  }
}

/** Prints JSON with `--json`, else text for people. */
export function print(values: Values, json: unknown, text: string): void {
  console.log(values.json ? JSON.stringify(json, null, 2) : text)
}

/** Throws when words are left over. */
export function noMore(rest: readonly string[]): void {
  if (rest.length > 0) throw new WrongUse(`unexpected "${rest[0]}".`)
}

/** The value of an option that must be there. */
export function required(values: Values, name: 'login' | 'role' | 'scope'): string {
  const value = values[name]
  if (!value) throw new WrongUse(`--${name} is missing.`)
  return value
}

/** One of a closed set of words. */
export function oneOf<const T extends string>(name: string, value: string, known: readonly T[]): T {
  const word = known.find((candidate) => candidate === value)
  if (!word) throw new WrongUse(`--${name} is one of ${known.join(', ')}, not "${value}".`)
  return word
}

/** A whole number within bounds. */
export function wholeNumber(
  name: string,
  value: string,
  { least, most }: { least: number; most: number },
): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!Number.isSafeInteger(number) || number < least || number > most) {
    throw new WrongUse(`--${name} is a whole number from ${least} to ${most}.`)
  }
  return number
}
