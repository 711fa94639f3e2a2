import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lookAtDatabase } from '../../src/store/look-at-database.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { databaseFile } from '../../src/store/open-store.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

it.each(dialects)(
  'a database of every earlier version is looked at before it is migrated, on %s',
  async (dialect) => {
    const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
    const open = (known: typeof migrations) =>
      'databaseUrl' in place && place.databaseUrl
        ? openPostgres({ migrations: known, url: place.databaseUrl })
        : openSqlite({
            ...{ path: join(place.dataDir, databaseFile), readers: 1, onFatal: () => {} },
            migrations: known,
          })
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
