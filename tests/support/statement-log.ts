import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Settings of an own Postgres that writes down every statement, for `readWrites`. */
export const logsStatements = [
  'logging_collector=on',
  'log_directory=log',
  'log_filename=statements.log',
  'log_statement=all',
  'log_line_prefix=[server process %p] ',
]

interface Transaction {
  /** Writes of the store that share the transaction, each in a savepoint of its own. */
  writes: string[][]
  isInWrite: boolean
  /** What belongs to the transaction as a whole: all of a write that is alone, the end of several that share it. */
  own: string[]
}

/** The statements of each write that was committed, by whatever process, in the order in which the server got them. */
export function readWrites(folder: string): string[][] {
  const committed: string[][] = []
  const open = new Map<string, Transaction>()
  for (const { pid, text } of readStatements(join(folder, 'data/log/statements.log'))) {
    if (/^begin\b/.test(text)) open.set(pid, { writes: [], isInWrite: false, own: [] })
    const transaction = open.get(pid)
    if (!transaction) continue
    const { writes, own } = transaction
    if (text === 'savepoint alone') {
      writes.push([])
      transaction.isInWrite = true
    } else if (text === 'release savepoint alone') transaction.isInWrite = false
    else if (text.startsWith('rollback to savepoint alone')) {
      writes.pop()
      transaction.isInWrite = false
    } else if (text === 'rollback') open.delete(pid)
    else if (text === 'commit') {
      committed.push(...(writes.length > 0 ? writes.map((write) => [...write, ...own]) : [own]))
      open.delete(pid)
    } else (transaction.isInWrite ? writes.at(-1)! : own).push(text)
  }
  return committed
}

function* readStatements(path: string): Generator<{ pid: string; text: string }> {
  const [, ...parts] = readFileSync(path, 'utf8').split(/^\[server process (\d+)\] /m)
  for (let index = 0; index < parts.length; index += 2) {
    const statement = /^LOG: {2}(?:statement|execute [^:]*): (.*)/s.exec(parts[index + 1]!)
    if (statement) yield { pid: parts[index]!, text: statement[1]!.replaceAll(/\s+/g, ' ').trim() }
  }
}
