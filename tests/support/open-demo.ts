import type { Browser, Page } from 'playwright-core'
import { expect, onTestFailed } from 'vitest'
import { openBrowser } from './browser.ts'
import { type HubProcess, startHubProcess } from './hub-process.ts'
import { picturePath } from './run-folder.ts'
import { openSignedInPage, type SignedInPage } from './signed-in-page.ts'

/** A hub with its sample data, and two people of it. */
export interface Demo extends AsyncDisposable {
  hub: HubProcess
  browser: Browser
  /** Who acts, and who looks on in a browser of their own. */
  mara: SignedInPage
  tobias: SignedInPage
  /** Makes a picture of a page when the test fails, and tells what the hub said. */
  showOnFailure(page: Page): void
}

/** Starts one; `name` is that of its pictures. */
export async function openDemo(name: string): Promise<Demo> {
  await using opening = new AsyncDisposableStack()
  const hub = opening.use(await startHubProcess({ args: ['--demo'] }))
  opening.defer(async () => void (await hub.stop()))
  const browser = opening.adopt(await openBrowser(), (opened) => opened.close())
  const mara = await openSignedInPage(browser, hub)
  const tobias = await openSignedInPage(browser, hub, { name: /Tobias Okafor/ })
  const open = opening.move()
  return {
    hub,
    browser,
    mara,
    tobias,
    showOnFailure(page) {
      onTestFailed(async () => {
        const path = picturePath(name)
        await page.screenshot({ path, fullPage: true })
        console.error(`The page was ${page.url()}, see ${path}. The hub said:\n${hub.output()}`)
      })
    },
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  }
}

/** Nothing of a page is wider than a phone. */
export async function fitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 740 })
  const overhang = await page.evaluate<number>('document.body.scrollWidth - innerWidth')
  await page.setViewportSize({ width: 1440, height: 900 })
  expect(overhang).toBeLessThanOrEqual(0)
}
