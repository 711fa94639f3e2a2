/** A process that writes as fast as it can and says what was acknowledged, one key a line, until it is ended. */
import { writeSync } from 'node:fs'
import { isCoded } from '../../src/errors.ts'
import { openStore } from '../../src/store/open-store.ts'

const say = (line: string) => writeSync(1, `${line}\n`)
const store = await openStore({ dataDir: process.argv[2] ?? '', onFatal: () => say('fatal') })
say('ready')

async function writeOn(writer: number): Promise<void> {
  for (let n = 0; ; n++) {
    const key = `${writer}.${n}`
    await store.write((tx) =>
      tx
        .insertInto('settings')
        .values({ key, value: 'x'.repeat(2_000), updated_at: 0 })
        .execute(),
    )
    say(key)
  }
}

const ends = await Promise.allSettled(Array.from({ length: 20 }, (_, writer) => writeOn(writer)))
for (const end of ends) {
  if (end.status === 'rejected') say(`rejected ${isCoded(end.reason) ? end.reason.code : String(end.reason)}`)
}
await store
  .write(async () => say('ran after the end'))
  .catch((error: unknown) => say(`later ${isCoded(error) ? error.code : String(error)}`))
process.exit(0)
