import { expect, it } from 'vitest'
import { lookAtDatabase } from '../../src/store/look-at-database.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { openVersion } from '../support/open-version.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

it.each(dialects)(
  'a database of every earlier version is looked at before it is migrated, on %s',
  async (dialect) => {
    const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
    const open = (known: typeof migrations) => openVersion(place, known)
    for (let run = 1; run <= migrations.length; run++) {
      const store = await open(migrations.slice(0, run))
      await store.close()
      expect(await lookAtDatabase(place)).toEqual({
        dialect,
        pending: migrations.length - run,
        sealingKeys: [],
      })
    }
    await place.remove()
  },
)
