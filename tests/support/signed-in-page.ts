import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { HubProcess } from './hub-process.ts'

/** Somebody of a demo hub in a browser of their own. */
export interface SignedInPage {
  page: Page
  context: BrowserContext
  /** What the page complained of in the console: a refused style or script, an answer that it did not expect. */
  complaints: string[]
}

/** Signs a person of the local GitHub in to a hub that runs with `--demo`: one click, as a new user does. */
export async function openSignedInPage(
  browser: Browser,
  hub: HubProcess,
  options: {
    name?: string | RegExp
    context?: BrowserContextOptions
    /** Runs in each page before its own scripts. */
    script?: string
  } = {},
): Promise<SignedInPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options.context })
  if (options.script) await context.addInitScript(options.script)
  const page = await context.newPage()
  // Patience for a busy machine: each wait ends with what it waits for.
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  await page.goto(hub.url)
  await page.getByRole('link', { name: options.name ?? /Mara Lindqvist/ }).click()
  await page.waitForURL(`${hub.url}/`)
  await page.getByText(/^live/).waitFor()
  return { page, context, complaints }
}

/**
 * Types a text of several lines key by key into the editor that has the focus. The editor indents each new line by
 * itself; that is typed over, so that the text ends up as it is given.
 */
export async function typeLines(page: Page, text: string): Promise<void> {
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) await page.keyboard.press('Enter')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.type(line)
  }
}
