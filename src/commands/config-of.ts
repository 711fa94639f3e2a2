import { type Config, readConfig } from '../config.ts'
import { type Values, wholeNumber } from './arguments.ts'

/** The settings, with what the command line says on top. */
export function configOf(values: Values): Config {
  const config = readConfig()
  if (values.port !== undefined) config.port = wholeNumber('port', values.port, { least: 0, most: 65_535 })
  if (values.host !== undefined) config.host = values.host
  return config
}
