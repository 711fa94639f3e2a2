import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdDataFolder, isDataFolderHeld } from '../../src/data-lock.ts'
import { readRunningHub, takeDataFolder } from '../../src/running-hub.ts'
import { loadMasterKey } from '../../src/store/master-key.ts'
import { cldcde } from '../support/command-line.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { tempFolder } from '../support/temp-store.ts'

describe('a data folder', () => {
  let hub: HubProcess
  beforeAll(async () => {
    hub = await startHubProcess()
  })
  afterAll(() => hub[Symbol.asyncDispose]())

  it('has one hub at a time; a second says whose it is and ends with 1', async () => {
    const { code, err } = await cldcde(['start'], { CLDCDE_DATA_DIR: hub.dataDir, PORT: '0' })
    expect(err.trim()).toBe(
      `cldcde: A hub runs on ${hub.dataDir} already: ${hub.url} (process ${hub.child.pid}).`,
    )
    expect(code).toBe(1)
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
  })

  it('is held even when nothing says by whom', async () => {
    const file = join(hub.dataDir, 'hub.json')
    const announced = readFileSync(file)
    rmSync(file)
    const { code, err } = await cldcde(['start'], { CLDCDE_DATA_DIR: hub.dataDir, PORT: '0' })
    expect(err.trim()).toBe(`cldcde: A hub runs on ${hub.dataDir} already.`)
    expect(code).toBe(1)
    writeFileSync(file, announced)
  })

  it('lets the command line work beside its hub', async () => {
    const { code, out } = await cldcde(['user', 'list', '--json'], { CLDCDE_DATA_DIR: hub.dataDir })
    expect(JSON.parse(out)).toEqual([])
    expect(code).toBe(0)
  })

  it('is free at once after a kill, whatever the killed hub has left', async () => {
    const { dataDir } = hub
    for (const left of [
      undefined, // as the killed one wrote it
      JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:9' }), // another program has its number now
      '{"pid": 12',
      '',
      'null',
      '[]',
      '{"pid":"1","url":7}',
      '\0\0\0\0',
    ]) {
      await hub.stop('SIGKILL')
      if (left !== undefined) writeFileSync(join(dataDir, 'hub.json'), left)
      expect(readRunningHub(dataDir)).toBeNull()
      const { code } = await cldcde(['user', 'list'], { CLDCDE_DATA_DIR: dataDir })
      expect(code).toBe(0)
      const next = await startHubProcess({ dataDir })
      hub = { ...next, [Symbol.asyncDispose]: hub[Symbol.asyncDispose], stop: next.stop }
      expect(readRunningHub(dataDir)).toEqual({ pid: next.child.pid, url: next.url })
    }
    await hub.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }, 120_000)
})

describe('the lock of a data folder', () => {
  it('is given once, also within one process, and can be looked at meanwhile', async () => {
    const { dataDir, remove } = await tempFolder()
    expect(isDataFolderHeld(dataDir)).toBe(false)
    expect(readdirSync(dataDir)).toEqual([])
    const release = holdDataFolder(dataDir)
    expect(release).toBeTypeOf('function')
    expect(holdDataFolder(dataDir)).toBeUndefined()
    expect(isDataFolderHeld(dataDir)).toBe(true)
    expect(statSync(join(dataDir, 'hub.lock')).mode & 0o777).toBe(0o600)
    release?.()
    expect(isDataFolderHeld(dataDir)).toBe(false)
    holdDataFolder(dataDir)?.()
    await remove()
  })

  it('of the demo is another one', async () => {
    const { dataDir, remove } = await tempFolder()
    const folders = [takeDataFolder(dataDir), takeDataFolder(join(dataDir, 'demo'))]
    for (const folder of folders) folder.release()
    await remove()
  })

  it('says when a folder cannot be one', async () => {
    const { dataDir, remove } = await tempFolder()
    writeFileSync(join(dataDir, 'file'), '')
    expect(() => holdDataFolder(join(dataDir, 'file'))).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('CLDCDE_DATA_DIR'),
      }),
    )
    await remove()
  })
})

describe('a kill during the first start', () => {
  it('needs nobody to clean up, at whichever change of a file it comes', async () => {
    let dieAt = 1
    for (; ; dieAt++) {
      const { dataDir, remove } = await tempFolder()
      const { signal, status } = start(dataDir, dieAt)
      const survived = signal === null
      if (survived) expect(status).toBe(0)
      else expect(signal).toBe('SIGKILL')
      // What it announced does not count, its key is whole or not there, and the next start goes well.
      expect(readRunningHub(dataDir)).toBeNull()
      const key = join(dataDir, 'master.key')
      const before = existsSync(key) ? loadMasterKey({ dataDir, create: false }) : undefined
      const folder = takeDataFolder(dataDir)
      const after = loadMasterKey({ dataDir, create: true })
      if (before) expect(after).toEqual(before)
      folder.announce('http://127.0.0.1:1')
      expect(readRunningHub(dataDir)).toEqual({ pid: process.pid, url: 'http://127.0.0.1:1' })
      folder.release()
      await remove()
      if (survived) break
    }
    expect(dieAt).toBeGreaterThan(10) // it did die on the way
  })

  it.each(['', 'q83vEjRWeJCrze8S'])('that left %j instead of a key makes a new one', async (left) => {
    const { dataDir, remove } = await tempFolder()
    const file = join(dataDir, 'master.key')
    writeFileSync(file, left, { mode: 0o600 })
    // Where something is sealed, nothing is made anew.
    expect(() => loadMasterKey({ dataDir, create: false })).toThrow('not 32 random bytes')
    const made = loadMasterKey({ dataDir, create: true })
    expect(loadMasterKey({ dataDir, create: false })).toEqual(made)
    // What a person wrote there stays.
    writeFileSync(file, 'changeme\n')
    expect(() => loadMasterKey({ dataDir, create: true })).toThrow('not 32 random bytes')
    await remove()
  })
})

function start(dataDir: string, dieAt: number) {
  const script = fileURLToPath(new URL('../support/dying-process.ts', import.meta.url))
  const args = [script, JSON.stringify({ dataDir, dieAt })]
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 90_000, killSignal: 'SIGKILL' })
}
