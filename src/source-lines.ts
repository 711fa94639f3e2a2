import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { basename, join, relative, resolve } from 'node:path'
import { projectRoot } from './project-root.ts'

const bundle = join(projectRoot, 'dist/server')

/**
 * Has the stack trace of an error from the bundle name the lines of the sources. For errors that end a process: reading
 * the maps takes a tenth of a second, which a hub at work must not stand still, and Node's own support would read them
 * at every start.
 */
export function withSourceLines(error: unknown): unknown {
  if (!(error instanceof Error) || !error.stack) return error
  const maps = new Map<string, SourceMap>()
  const mapOf = (file: string) => {
    const known =
      maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(join(bundle, `${file}.map`), 'utf8')))
    maps.set(file, known)
    return known
  }
  error.stack = error.stack.replace(
    /file:\/\/(\S*\/dist\/server\/[\w-]+\.js):(\d+):(\d+)/g,
    (place, path: string, line: string, column: string) => {
      try {
        const entry = mapOf(basename(path)).findEntry(Number(line) - 1, Number(column) - 1)
        if (!('originalSource' in entry)) return place
        const file = relative(projectRoot, resolve(bundle, entry.originalSource))
        return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
      } catch {
        return place
      }
    },
  )
  return error
}
