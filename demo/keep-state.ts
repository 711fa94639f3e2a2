import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** What the local GitHub remembers from one start to the next. */
export interface KeptState {
  port: number
  clientSecret: string
  /** The personal access token of each person, by login. */
  personTokens: Record<string, string>
  /** Every token that was given out, with whom it belongs to. */
  tokens: Array<[token: string, owner: { login: string; id: number; scopes: string[] }]>
  store: unknown
}

export interface StateFile {
  read(): KeptState | undefined
  /** Remembers to write within 20 s; many changes in a row are one write. */
  touch(): void
  /** Writes now, if anything changed. */
  flush(): void
}

/**
 * Keeps the state in one file of a folder that exists, replaced as a whole and readable by its owner only, since it holds tokens. Without a
 * path nothing is kept. `state` gives what is to be written. A file that cannot be read is treated as absent: this is
 * sample data.
 */
export function openStateFile(path: string | undefined, state: () => KeptState): StateFile {
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    if (!path || !timer) return
    clearTimeout(timer)
    timer = undefined
    writeFileSync(`${path}.new`, JSON.stringify(state()), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }

  return {
    read() {
      if (!path) return undefined
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as KeptState
      } catch {
        return undefined
      }
    },
    touch() {
      timer ??= setTimeout(flush, 20_000).unref()
    },
    flush,
  }
}
