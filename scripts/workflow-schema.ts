/**
 * Takes what GitHub publishes about its workflow files into the source: words, types, contexts and functions allowed at
 * each place, events with their activity types and filters. Texts for people are left out.
 * `tests/domain/workflow-schema.test.ts` fails when the package that brings it says something else.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const published = join(
  dirname(fileURLToPath(import.meta.resolve('@actions/workflow-parser'))),
  'workflow-v1.0.min.json',
)

/** GitHub's schema without its descriptions. */
export function publishedSchema(): { definitions: Record<string, unknown> } {
  return JSON.parse(readFileSync(published, 'utf8'), (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  )
}

if (process.argv[1] === import.meta.filename) {
  const target = new URL('../src/domain/workflow/github-schema.json', import.meta.url)
  writeFileSync(target, `${JSON.stringify(publishedSchema(), null, 2)}\n`)
}
