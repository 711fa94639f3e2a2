import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const manifest = JSON.parse(
  readFileSync(join(resolve(import.meta.dirname, '../..'), 'package.json'), 'utf8'),
) as {
  scripts: { start: string }
}

/** What `npm start` tells Node, so that what is measured is what people start. */
export const startFlags = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'))
