import type { GithubRows } from './emulate-rows.ts'
import { plantHistory } from './plant-history.ts'
import { plantPeople, plantRepository } from './plant-organisation.ts'
import { plantReleases } from './plant-releases.ts'
import { plantRuns } from './plant-runs.ts'
import { createRandom } from './random.ts'
import { readSeed } from './seed/read-seed.ts'

/**
 * Plants the invented organisation into an empty store, with a past that ends at `now`. Everything but the dates is
 * the same each time. Written straight into the store because emulate's API would date all of it today, and because
 * neither its API nor its seed can make Actions workflows.
 */
export function plantSeed({ rows, now }: { rows: GithubRows; now: Date }): void {
  const random = createRandom(2179)
  const members = plantPeople({ rows, now })
  const planting = { rows, random, now: new Date(Math.floor(now.getTime() / 1000) * 1000), members }
  for (const seed of readSeed()) {
    const repository = plantRepository(planting, seed)
    plantHistory(planting, repository, seed)
    plantReleases(planting, repository)
    plantRuns(planting, repository, seed)
  }
}
