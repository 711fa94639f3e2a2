import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest'
import { openBrowser, seriousViolations } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { picturePath } from '../support/run-folder.ts'
import { openSignedInPage, type SignedInPage } from '../support/signed-in-page.ts'

const repository = 'harborline/tide-api'
let hub: HubProcess
let browser: Browser
/** Who acts, and who looks on in a browser of their own. */
let mara: SignedInPage
let tobias: SignedInPage

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
  mara = await openSignedInPage(browser, hub)
  tobias = await openSignedInPage(browser, hub, { name: /Tobias Okafor/ })
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

function showOnFailure(page: Page): void {
  onTestFailed(async () => {
    const path = picturePath('acting')
    await page.screenshot({ path })
    console.error(`The page was ${page.url()}, see ${path}. The hub said:\n${hub.output()}`)
  })
}

describe('an issue', { timeout: 300_000 }, () => {
  test('is opened, answered, labelled, assigned and closed by keys, and others see it happen', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByRole('link', { name: 'New issue' }).click()
    await page.getByLabel('Title').fill('The gauge at pier 4 sleeps')
    await page.getByLabel('Description').click()
    await page.keyboard.type('It **stops** at night.')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.locator('strong', { hasText: 'stops' }).waitFor()
    await page.getByRole('button', { name: 'Create issue' }).click()
    await page.getByRole('heading', { name: /The gauge at pier 4 sleeps #\d+/ }).waitFor()
    await page.locator('strong', { hasText: 'stops' }).waitFor()

    // Somebody else has the same page open and does nothing.
    await tobias.page.goto(page.url())
    await tobias.page.getByRole('heading', { name: /pier 4/ }).waitFor()

    await page.getByLabel('Add a comment').click()
    await page.keyboard.type('The battery is flat.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('The battery is flat.').waitFor()
    expect(await page.getByLabel('Add a comment').inputValue()).toBe('')
    await tobias.page.getByText('The battery is flat.').waitFor()

    await page.getByRole('button', { name: 'Change labels' }).press('Enter')
    await page
      .getByRole('combobox', { name: 'Filter labels' })
      .or(page.getByLabel('Filter labels'))
      .first()
      .fill('bug')
    await page.getByRole('option', { name: /bug/ }).first().click()
    await page.keyboard.press('Escape')
    await page.getByRole('complementary', { name: 'Properties' }).getByText('bug').waitFor()
    await tobias.page.getByRole('complementary', { name: 'Properties' }).getByText('bug').waitFor()

    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Close for another reason' }).press('Enter')
    await page.getByRole('menuitem', { name: /Close as not planned/ }).press('Enter')
    await page.getByText('Closed as not planned').first().waitFor()
    await tobias.page.getByText('Closed as not planned').first().waitFor()
    await page.getByRole('button', { name: 'Reopen issue' }).press('Enter')
    await tobias.page.getByText('Open', { exact: true }).first().waitFor()
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })
})
