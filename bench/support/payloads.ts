import { createRequire } from 'node:module'

interface Example {
  name: string
  examples: { action?: string }[]
}

// The package's types describe a module; what it ships is one JSON file.
const examples: Example[] = createRequire(import.meta.url)(
  '@octokit/webhooks-examples/api.github.com/index.json',
)
const recorded = examples
  .find(({ name }) => name === 'issues')!
  .examples.find(({ action }) => action === 'opened')!
const epoch = Date.parse('2026-01-01T00:00:00Z')

/** GitHub's recorded `issues.opened` (some 11 KB), about an issue of its own in a repository of the mirror. */
export function issueOpened(input: { repositoryId: number; number: number }): string {
  const payload = structuredClone(recorded) as unknown as {
    issue: { id: number; number: number; title: string; created_at: string; updated_at: string }
    repository: { id: number }
  }
  const at = new Date(epoch + input.number * 1000).toISOString()
  Object.assign(payload.issue, {
    id: 5_000_000_000 + input.number,
    number: 100_000 + input.number,
    title: `Delivery ${input.number}`,
    created_at: at,
    updated_at: at,
  })
  payload.repository.id = input.repositoryId
  return JSON.stringify(payload)
}
