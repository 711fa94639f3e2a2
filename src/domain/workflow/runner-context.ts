const systems: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
}
const architectures: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'X64',
  arm64: 'ARM64',
  arm: 'ARM',
  ia32: 'X86',
}

/**
 * What expressions see as `runner` wherever a step is: the machine that the hub runs on. Where its folders are is known
 * to a command only, from its environment.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#runner-context
 */
export const runnerContext = {
  name: 'hub',
  os: systems[process.platform] ?? process.platform,
  arch: architectures[process.arch] ?? process.arch.toUpperCase(),
  environment: 'self-hosted',
}

/**
 * Why commands of a job with these labels of `runs-on` cannot run here; null: they can.
 * Not GitHub's hosted images: the machine that is here, under whatever Linux label.
 */
export function unableToRunOn(labels: readonly string[]): string | null {
  for (const label of labels) {
    const name = label.toLowerCase()
    const isOurs =
      name.startsWith('ubuntu-') || ['self-hosted', 'linux', runnerContext.arch.toLowerCase()].includes(name)
    if (!isOurs) return `no runner here has the label '${label}'`
    if (runnerContext.os !== 'Linux' && name !== 'self-hosted') return `the hub runs on ${runnerContext.os}`
  }
  return null
}
