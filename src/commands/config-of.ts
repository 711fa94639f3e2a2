import { type Config, readConfig } from '../config.ts'
import type { Values } from './arguments.ts'

/** The settings, with what the command line says on top. */
export function configOf({ port, host }: Values): Config {
  return readConfig({
    over: { ...(port !== undefined && { PORT: port }), ...(host !== undefined && { HOST: host }) },
  })
}
