import { coded } from './errors.ts'

const neededNode = 26
/** Below, two connections can corrupt a write-ahead log: https://www.sqlite.org/changes.html (3.51.3). */
const neededSqlite = [3, 51, 3] as const

/** Throws `config_invalid` when this process cannot carry the hub safely. */
export function checkRuntime(
  versions: { node: string; sqlite?: string | undefined } = process.versions,
): void {
  if (Number.parseInt(versions.node, 10) < neededNode) {
    throw coded(
      'config_invalid',
      `Node ${neededNode} or newer is needed; this is ${versions.node}. \`npm ci\` brings one.`,
    )
  }
  const sqlite = (versions.sqlite ?? '0').split('.').map(Number)
  const difference =
    neededSqlite.map((part, index) => (sqlite[index] ?? 0) - part).find((part) => part !== 0) ?? 0
  if (difference < 0) {
    throw coded(
      'config_invalid',
      `SQLite ${neededSqlite.join('.')} or newer is needed; this Node brings ${versions.sqlite ?? 'none'}.`,
    )
  }
}
