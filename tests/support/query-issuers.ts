import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runFolder } from './run-folder.ts'

const noted = new Set<string>()
const fileName = 'query-issuers'

/** Remembers, for the end of the run, that these functions have issued a statement whose plan is looked at. */
export function noteIssuers(names: readonly string[]): void {
  for (const name of names) {
    if (name === '' || noted.has(name)) continue
    noted.add(name)
    appendFileSync(join(runFolder(), fileName), `${name}\n`)
  }
}

const signature = /^export (?:async )?function (\w+)\(\s*(?:db|tx): Db\b[\s\S]*?\): (\w+)/gm

/** The exported functions of the store that query, but did not in this whole run: no plan of theirs was seen. */
export function findUnseenIssuers(folder: string, root: string): string[] {
  const path = join(folder, fileName)
  const seen = new Set(existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [])
  return globSync('src/store/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(signature)]
      .filter(([, name, returns]) => returns === 'Promise' && !seen.has(name!))
      .map(([, name]) => `${file}: ${name}`),
  )
}
