import { coded } from './errors.ts'

const neededNode = 26
/** Closes security holes of the versions before it: https://nodejs.org/en/blog/vulnerability. */
const secureNode = [26, 12, 1] as const
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
  if (isOlder(versions.sqlite ?? '0', neededSqlite)) {
    throw coded(
      'config_invalid',
      `SQLite ${neededSqlite.join('.')} or newer is needed; this Node brings ${versions.sqlite ?? 'none'}.`,
    )
  }
}

/** What to say to whoever lets others reach a hub on this Node; null when it has all known security fixes. */
export function warnOfRuntime(node: string = process.versions.node): string | null {
  if (!isOlder(node, secureNode)) return null
  const wanted = secureNode.join('.')
  return `Node ${node} lacks the security fixes of ${wanted}: before others can reach this hub, install Node ${wanted} or newer and start with it`
}

function isOlder(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10))
  return (wanted.map((part, index) => (parts[index] ?? 0) - part).find((part) => part !== 0) ?? 0) < 0
}
