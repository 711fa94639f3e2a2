import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import { readRunningHub } from '../running-hub.ts'
import { checkRuntime } from '../runtime.ts'
import { loadMasterKey } from '../store/master-key.ts'
import { databaseFile, openStore } from '../store/open-store.ts'
import { checkSealedRows, createSealer, listSealingKeys } from '../store/sealing.ts'
import { print, type Values } from './arguments.ts'

interface Finding {
  what: string
  ok: boolean
  says: string
}

/** `cldcde doctor`: looks at everything that a start needs; exit code 1 when something is wrong. */
export async function runDoctorCommand(config: Config, values: Values): Promise<void> {
  const findings: Finding[] = []
  const look = async (what: string, inspect: () => Promise<string> | string) => {
    try {
      findings.push({ what, ok: true, says: await inspect() })
    } catch (error) {
      findings.push({ what, ok: false, says: messageOf(error) })
    }
  }

  await look('runtime', () => {
    checkRuntime()
    return `Node ${process.versions.node}, SQLite ${process.versions.sqlite}`
  })
  await look(
    'settings',
    () => `GitHub at ${config.github.webUrl}, listening on ${config.host}:${config.port}`,
  )
  await look('hub', () => {
    const hub = readRunningHub(config.dataDir)
    return hub ? `runs at ${hub.url} (process ${hub.pid})` : 'does not run'
  })
  if (config.databaseUrl || existsSync(join(config.dataDir, databaseFile))) {
    await look('database', async () => {
      const store = await openStore({ dataDir: config.dataDir, databaseUrl: config.databaseUrl })
      try {
        await store.ping()
        const sealed = await listSealingKeys(store.read)
        const key = loadMasterKey({
          value: config.masterKey,
          file: config.masterKeyFile,
          dataDir: config.dataDir,
          create: false,
        })
        await checkSealedRows(store, createSealer({ keys: [key] }))
        return `${store.dialect}, migrated, can write; ${sealed.length === 0 ? 'nothing sealed yet' : 'the master key fits'}`
      } finally {
        await store.close()
      }
    })
  } else {
    await look('database', () => `none in ${config.dataDir} yet; the first start makes it`)
  }
  const lines = findings.map(({ ok, what, says }) => `${ok ? 'ok   ' : 'WRONG'}  ${what}: ${says}`)
  print(values, findings, lines.join('\n'))
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1
}
