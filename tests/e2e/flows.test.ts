import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { openBrowser } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { picturePath } from '../support/run-folder.ts'

const owner = 'mara-lindqvist'
const guest = 'priya-raman'
const cli = resolve(import.meta.dirname, '../../bin/cldcde.js')

let github: LocalGithub
let browser: Browser
/** The hub that the tests share: its owner sets it up through GitHub's own page. */
let hub: HubProcess
/** What the hub's pages complained of in a console: a refused style or script, a failure that nobody caught. */
let complaints: string[] = []

beforeAll(async () => {
  // GitHub must know where sign-in may return to before the hub runs.
  const port = await findFreePort()
  const callbackUrls = [`http://127.0.0.1:${port}/auth/github/callback`]
  ;[github, browser] = await Promise.all([
    startLocalGithub({ callbackUrls, log: { info() {}, warn() {} } }),
    openBrowser(),
  ])
  hub = await startHubProcess({ env: { ...githubSettings(), PORT: String(port) } })
}, 300_000)

afterEach(() => {
  const told = complaints
  complaints = []
  expect(told).toEqual([])
})

afterAll(async () => {
  await browser?.close()
  await hub?.[Symbol.asyncDispose]()
  await github?.close()
})

describe('a hub without an owner', { timeout: 300_000 }, () => {
  test('is set up with a pasted GitHub token, and says so when it is the wrong one', async () => {
    const other = await startHubProcess({ env: githubSettings() })
    onTestFinished(() => other[Symbol.asyncDispose]())
    const page = await openPage()
    await page.goto(other.setupUrl!)
    const door = page.getByRole('region', { name: 'Paste a token' })
    await door.getByLabel('GitHub token').fill('ghp_mistyped')
    await door.getByRole('button', { name: 'Use this token' }).click()
    await door
      .getByRole('alert')
      .getByText(/not a token that GitHub accepts/)
      .waitFor()
    forgive('400 (Bad Request)')

    await door.getByLabel('GitHub token').fill(github.people.find(({ login }) => login === owner)!.token)
    await door.getByRole('button', { name: 'Use this token' }).click()
    await page.getByRole('heading', { name: 'Reading GitHub' }).waitFor()
    await page.getByRole('link', { name: 'harborline/tide-api' }).waitFor()
    await page.getByRole('link', { name: 'Open the hub' }).click()
    await page.getByRole('button', { name: `${owner}: menu` }).waitFor()
    await page.goto(`${other.url}/settings/people`)
    await page.getByRole('listitem').filter({ hasText: owner }).getByText('owner', { exact: true }).waitFor()

    // The link worked once.
    const stranger = await openPage()
    await stranger.goto(other.setupUrl!)
    await stranger.getByRole('heading', { name: 'This hub is set up' }).waitFor()
  })

  test('is set up with an OAuth app, through GitHub’s own sign-in', async () => {
    const page = await openPage()
    await page.goto(hub.setupUrl!)
    const door = page.getByRole('region', { name: 'Connect GitHub' })
    await door.getByText(`${hub.url}/auth/github/callback`).waitFor()
    await door.getByLabel('Client ID').fill(github.clientId)
    await door.getByLabel('Client secret').fill(github.clientSecret)
    await door.getByRole('button', { name: 'Connect GitHub' }).click()
    await allowOnGithub(page, owner)
    await page.getByRole('heading', { name: 'Reading GitHub' }).waitFor()
    expect(new URL(page.url()).search).toBe('')
  })
})

describe('people of a hub', { timeout: 300_000 }, () => {
  test('sign in by a link from the command line, once', async () => {
    const { page } = await signInByLink(owner)
    expect(page.url()).toBe(`${hub.url}/`)
    const link = await makeSignInLink(owner)
    await page.goto(link)
    await page.getByRole('button', { name: `${owner}: menu` }).waitFor()
    const stranger = await openPage()
    await stranger.goto(link)
    await stranger.getByText('This link does not work').waitFor()
    forgive('401 (Unauthorized)')
  })

  test('make an API token that is shown once, works, and ends when it is revoked', async () => {
    const { page } = await signInByLink(owner)
    await page.goto(`${hub.url}/settings/tokens`)
    await page.getByLabel('Name').fill('nightly report')
    await page.getByRole('button', { name: 'Create token' }).click()
    const token = await page
      .getByRole('status')
      .getByText(/^cldcde_/)
      .innerText()
    expect(await askAs(token, '/me')).toMatchObject({ status: 200, body: { login: owner } })
    // It reads, and no more than that.
    expect(await askAs(token, '/tokens', { name: 'another', scopes: ['read'] })).toMatchObject({
      status: 403,
    })

    await page.reload()
    const row = page.getByRole('listitem').filter({ hasText: 'nightly report' })
    await row.waitFor()
    expect(await page.content()).not.toContain(token)
    await page.getByRole('button', { name: 'Revoke nightly report' }).click()
    await page.getByRole('button', { name: 'Revoke “nightly report”' }).click()
    await row.waitFor({ state: 'detached' })
    expect(await askAs(token, '/me')).toMatchObject({ status: 401 })
  })

  test('get their role from the owner; who is switched off is out at once', async () => {
    const theirs = await openPage()
    await theirs.goto(hub.url)
    await theirs.getByRole('link', { name: 'Sign in with GitHub' }).click()
    await allowOnGithub(theirs, guest)
    await theirs.getByText(/^live/).waitFor()

    const { page } = await signInByLink(owner)
    await page.goto(`${hub.url}/settings/people`)
    await page.getByLabel(`Role of ${guest}`).selectOption('viewer')
    // Each look is a whole page load, which alone may take longer than the second that polls have by themselves.
    await expect.poll(() => roleOf(theirs), { timeout: 60_000 }).toBe('viewer')

    await page.getByRole('button', { name: `Switch ${guest} off` }).click()
    await theirs.getByRole('link', { name: 'Sign in with GitHub' }).waitFor()
    await page.getByText('Switched off').waitFor()
    await theirs.getByRole('link', { name: 'Sign in with GitHub' }).click()
    await allowOnGithub(theirs, guest)
    await theirs.getByText('This account may not use the hub.', { exact: false }).waitFor()
    forgive('401 (Unauthorized)', '403 (Forbidden)')
  })

  test('sign out of all tabs at once', async () => {
    const { page, context } = await signInByLink(owner)
    const tab = watch(await context.newPage())
    await tab.goto(`${hub.url}/issues`)
    await tab.getByText(/^live/).waitFor()
    await page.getByRole('button', { name: `${owner}: menu` }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    for (const one of [page, tab]) await one.getByRole('link', { name: 'Sign in with GitHub' }).waitFor()
    await tab.reload()
    await tab.getByRole('link', { name: 'Sign in with GitHub' }).waitFor()
  })
})

function githubSettings() {
  return { GITHUB_URL: github.url, GITHUB_API_URL: github.apiUrl }
}

/** A page of a browser that nobody has used yet. */
async function openPage(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  onTestFinished(() => context.close())
  return watch(await context.newPage())
}

function watch(page: Page): Page {
  // Patience for a busy machine: each wait ends with what it waits for.
  page.setDefaultTimeout(60_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  onTestFailed(async () => {
    const path = picturePath('flow')
    if (page.isClosed()) return
    await page.screenshot({ path })
    console.error(`The page was ${page.url()}, see ${path}. The hub said:\n${hub.output()}`)
  })
  return page
}

/** Browsers tell of every refusal; these were asked for. */
function forgive(...refusals: string[]): void {
  complaints = complaints.filter((complaint) => !refusals.some((refusal) => complaint.includes(refusal)))
}

/** Chooses a person on the local GitHub's sign-in page. */
async function allowOnGithub(page: Page, login: string): Promise<void> {
  await page.locator('button.user-btn', { hasText: login }).click()
}

async function makeSignInLink(login: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [cli, 'user', 'sign-in-link', '--login', login],
    { cwd: hub.dataDir, env: { PATH: process.env.PATH, CLDCDE_DATA_DIR: hub.dataDir, ...githubSettings() } },
  )
  return stdout.trim()
}

async function signInByLink(login: string): Promise<{ page: Page; context: BrowserContext }> {
  const page = await openPage()
  await page.goto(await makeSignInLink(login))
  await page.getByRole('button', { name: `${login}: menu` }).waitFor()
  return { page, context: page.context() }
}

/** The role that somebody's own page shows. */
async function roleOf(page: Page): Promise<string | undefined> {
  await page.goto(`${hub.url}/settings`)
  const words = await page.getByText(/ · since /).innerText()
  return /· (\w+) ·/.exec(words)?.[1]
}

/** Asks the hub's API as a script would. */
async function askAs(
  token: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${hub.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
