import { type Kind, type Listed, nameOf } from '../mirror/kind.ts'
import { readListed } from '../mirror/read-listed.ts'
import { removeUnlisted } from '../store/unlisted.ts'
import { rememberHistory } from './read-history.ts'
import { nothing, type Reader, stepOf, writing } from './reading.ts'

/** Takes a list from the survey of the repository where that tells all of it, and else lets it be read. */
export function readerOfSurveyed(kind: Kind<object>, listed: Listed, read: Reader): Reader {
  return async function* (reading) {
    const { survey, repository, since } = reading
    const isFirst = since === null
    if (isFirst && survey?.unlikely.has(listed.resource)) return 'whole'
    const told = survey?.lists.get(listed.resource)
    // What the newest leads to no more is known by the links alone.
    if (!survey || !told || (listed.leads && !isFirst)) return yield* read(reading)

    const repositoryId = repository.id
    const { asOf } = survey
    const found = readListed(kind, told.objects, { repositoryId, asOf })
    const { leads } = listed
    yield stepOf(kind, found, { total: told.objects.length, repository })
    yield writing(async (tx) => {
      if (leads) {
        rememberHistory(tx, kind, { ...listed, leads }, { repositoryId, items: found.items })
        return nothing
      }
      // What does not fit has no name that one could miss.
      if (found.odd.length > 0) return nothing
      const names = new Set(found.items.map((item) => nameOf(kind, item)))
      const all = { repositoryId, names, asOf, now: reading.clock() }
      return { changed: [], gone: await removeUnlisted(tx, kind, all) }
    })
    return 'whole'
  }
}
