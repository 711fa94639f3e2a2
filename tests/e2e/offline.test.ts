import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { openSignedInPage, type SignedInPage } from '../support/signed-in-page.ts'
import { openTestApp } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
const webRoot = resolve(import.meta.dirname, '../../dist/web')

/** For a busy machine: what is waited for ends the wait. */
const patience = { timeout: 60_000 }

let hub: HubProcess
let browser: Browser

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

describe('without the network', { timeout: 300_000 }, () => {
  test('pages that were opened open, others wait, a reload opens the app, and all of it comes back', async () => {
    const { page, context } = await signIn()
    await controlled(page)
    await goTo(page, 'Repositories')
    await page.getByRole('link', { name: repository, exact: true }).click()
    await page.getByRole('heading', { name: repository, level: 1 }).waitFor()
    await page.locator('[data-row]').first().waitFor()
    const commit = await page.locator('[data-row]').first().innerText()

    await context.setOffline(true)
    await goTo(page, 'Repositories')
    await page.getByRole('link', { name: repository, exact: true }).click()
    await page.locator('[data-row]', { hasText: commit }).first().waitFor()

    // Never opened: neither its code nor what it shows. The shell stays, and says what it waits for.
    await link(page, 'Workflows').click()
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/workflows')
    await page.getByRole('navigation', { name: 'Main' }).waitFor()

    // A reload, and an address that is typed, open the app with what is known.
    await page.reload()
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()
    await page.goto(`${hub.url}/repos/${repository}`)
    await page.locator('[data-row]', { hasText: commit }).first().waitFor()
    await page.getByText('The hub does not answer. You see what was known at').waitFor()

    await page.goto(`${hub.url}/workflows`)
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()
    await context.setOffline(false)
    await page.getByRole('heading', { name: 'Workflows', level: 1 }).waitFor()
    await page.getByText(/^live/).waitFor()
    await page.getByText('The hub does not answer.').waitFor({ state: 'detached' })
  })

  test('nothing of somebody who signed out is left', async () => {
    const { page, context } = await signIn()
    await controlled(page)
    await goTo(page, 'Repositories')
    await page.getByRole('link', { name: repository, exact: true }).waitFor()
    await expect.poll(() => keptIn(page), patience).toContain('person')
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to CLDCDE Pro' }).waitFor()
    await expect.poll(() => keptIn(page), patience).toEqual([])
    // The files of the app are everybody's; nothing that the API answered is among them.
    expect(await page.evaluate<string[]>(cachedPaths)).not.toContainEqual(
      expect.stringMatching(/\/(api|auth)\//),
    )

    await context.setOffline(true)
    await page.goto(`${hub.url}/repos`)
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()
    expect(await page.getByText(repository).count()).toBe(0)
  })
})

describe('without the hub', { timeout: 300_000 }, () => {
  test('where no service worker helps, pages wait in their place until the hub is back', async () => {
    const { page } = await signIn({ script: 'delete Navigator.prototype.serviceWorker' })
    expect(await page.evaluate(`'serviceWorker' in navigator`)).toBe(false)
    await goTo(page, 'Repositories')
    await hub.stop('SIGKILL')
    // Neither code nor styles of this page were ever fetched.
    await link(page, 'Deliveries').click()
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    await link(page, 'Repositories').click()
    await page.getByRole('link', { name: repository, exact: true }).waitFor()
    await link(page, 'Runs').click()
    await page.getByRole('heading', { name: 'Waiting for the hub' }).waitFor()

    await restart()
    await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
    await page.getByText(/^live/).waitFor()
    await goTo(page, 'Deliveries')
    expect(await page.evaluate<number>(unstyled)).toBe(0)
  })

  test('a reload opens what is known; a sign-out counts at once and reaches the hub later', async () => {
    const { page, context } = await signIn()
    await controlled(page)
    await goTo(page, 'Repositories')
    await page.getByRole('link', { name: repository, exact: true }).waitFor()
    await hub.stop('SIGKILL')
    await page.getByText('The hub does not answer.').waitFor()
    await page.reload()
    await page.getByRole('link', { name: repository, exact: true }).waitFor()
    await restart()
    await page.getByText(/^live/).waitFor()

    await hub.stop('SIGKILL')
    await page.getByText('The hub does not answer.').waitFor()
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to CLDCDE Pro' }).waitFor()
    await expect.poll(() => keptIn(page), patience).toEqual([])
    // Closed before the hub is back: the next page tells it.
    await page.close()
    await restart()
    const next = await context.newPage()
    next.setDefaultTimeout(60_000)
    await next.goto(hub.url)
    await next.getByRole('link', { name: /Mara Lindqvist/ }).waitFor()
    expect(new URL(next.url()).pathname).toBe('/sign-in')
  })
})

describe('a new build', { timeout: 120_000 }, () => {
  test('takes the place of the one before, online at once and offline from then on', async () => {
    const served = mkdtempSync(join(tmpdir(), 'cldcde-web-'))
    onTestFinished(() => rmSync(served, { recursive: true, force: true }))
    cpSync(webRoot, served, { recursive: true, filter: (path) => !/\.(br|gz)$/.test(path) })
    await using app = await openTestApp({ webRoot: served })
    await app.app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${(app.app.server.address() as AddressInfo).port}`
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const build = () => page.evaluate(`document.querySelector('meta[name=build]')?.content ?? '1'`)

    await page.goto(`${url}/setup`)
    await controlled(page)
    const [before] = await page.evaluate<string[]>('caches.keys()')
    rebuild(served)
    await page.reload()
    expect(await build()).toBe('2')
    await expect.poll(() => page.evaluate<string[]>('caches.keys()'), patience).toHaveLength(2)
    await expect
      .poll(
        () =>
          page.evaluate(`navigator.serviceWorker.getRegistration().then((r) => !r.installing && !r.waiting)`),
        patience,
      )
      .toBe(true)
    expect(await page.evaluate<string[]>('caches.keys()')).toContain(before)

    await context.setOffline(true)
    await page.goto(`${url}/anywhere`)
    expect(await build()).toBe('2')
    // What belongs to programs is never answered from what is kept.
    await expect(page.goto(`${url}/api/v1/me`)).rejects.toThrow(/ERR_INTERNET_DISCONNECTED/)
  })
})

async function signIn(options: { script?: string } = {}): Promise<SignedInPage> {
  const signedIn = await openSignedInPage(browser, hub, options)
  onTestFinished(() => signedIn.context.close())
  return signedIn
}

/** Starts the hub again where it was. */
async function restart(): Promise<void> {
  const { url, dataDir } = hub
  const next = await startHubProcess({ args: ['--demo'], dataDir, env: { PORT: new URL(url).port } })
  const dispose = hub[Symbol.asyncDispose]
  hub = {
    ...next,
    async [Symbol.asyncDispose]() {
      await next[Symbol.asyncDispose]()
      await dispose()
    },
  }
}

/** Waits until the service worker holds all of the app and answers for this page. */
async function controlled(page: Page): Promise<void> {
  await page.evaluate(`navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ??
    new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve))).then(() => {})`)
}

const link = (page: Page, section: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: section })

async function goTo(page: Page, section: string): Promise<void> {
  await link(page, section).click()
  await page.getByRole('heading', { level: 1, name: section }).waitFor()
}

/** The names of what the browser keeps of pages, in their own database. */
function keptIn(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('kept')
    opening.onerror = reject
    opening.onsuccess = () => {
      const store = opening.result.transaction('queries').objectStore('queries').getAllKeys()
      store.onerror = reject
      store.onsuccess = () => { opening.result.close(); resolve(store.result) }
    }
  })`)
}

const cachedPaths = `caches.keys()
  .then((names) => Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url))))
  .then((lists) => lists.flat())`

/** How many of the page's style sheets have no rules: one that was never fetched. */
const unstyled = `[...document.styleSheets].filter((sheet) => sheet.cssRules.length === 0).length`

/** Changes a served build as another one would: its page is another, and its worker knows that. */
function rebuild(folder: string): void {
  const index = join(folder, 'index.html')
  const worker = join(folder, 'service-worker.js')
  const before = readFileSync(index, 'utf8')
  const after = before.replace('<title>', '<meta name="build" content="2" /><title>')
  const code = readFileSync(worker, 'utf8')
  const [, revision] = /revision:.(\w{16})/.exec(code)!
  writeFileSync(index, after)
  writeFileSync(
    worker,
    code.replaceAll(revision!, '0123456789abcdef').replaceAll(sha256(before), sha256(after)),
  )
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
