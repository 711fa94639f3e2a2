import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, seriousViolations } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { openSignedInPage } from '../support/signed-in-page.ts'

let hub: HubProcess
let browser: Browser
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
  ;({ page, complaints } = await openSignedInPage(browser, hub))
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

const rowsOf = (name: string) => page.getByRole('list', { name, exact: true }).getByRole('listitem')

describe('finding, by keys', { timeout: 240_000 }, () => {
  test('a filter is written with what is suggested, and its chips take it back', async () => {
    await page.goto(`${hub.url}/issues`)
    await rowsOf('Issues').first().waitFor()
    await page.getByRole('combobox', { name: 'Filter issues' }).focus()
    await page.keyboard.press('End')
    await page.keyboard.type(' aut')
    await page.getByRole('option', { name: /^author:/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await page.keyboard.type('jon')
    await page.getByRole('option', { name: 'jonas-weber' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.waitForURL(/author/)
    expect(new URL(page.url()).searchParams.get('q')).toContain('is:open author:jonas-weber')
    // The first sync may still be on its way to their issues.
    await rowsOf('Issues').filter({ hasText: 'by jonas-weber' }).first().waitFor()
    await rowsOf('Issues').filter({ hasNotText: 'by jonas-weber' }).first().waitFor({ state: 'detached' })
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Remove is: open' }).click()
    await page.waitForURL((url) => url.searchParams.get('q') === 'author:jonas-weber')
  })

  test('what is not understood is said beside the field', async () => {
    await page.goto(`${hub.url}/issues?q=is:open+lable:bug`)
    await page.getByRole('alert').getByText('did you mean “label:”?').waitFor()
    await page.getByRole('button', { name: 'Search for label:bug' }).click()
    await page.waitForURL((url) => url.searchParams.get('q') === 'is:open label:bug')
    await page.getByRole('alert').getByText('did you mean').waitFor({ state: 'detached' })
  })

  test('one page finds every type, the palette leads there and to the thing itself', async () => {
    await page.keyboard.press('Escape')
    await page.goto(hub.url)
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search or go to' }).waitFor()
    await page.keyboard.type('tide update')
    await page.getByRole('option', { name: /tide update arrives/ }).waitFor()
    await page.getByRole('option', { name: /Search for tide update/ }).click()
    await page.waitForURL(/\/search\?/)
    await rowsOf('Results').first().waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Save this search' }).click()
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Tides')
    await page.keyboard.press('Enter')
    await page.getByRole('list', { name: 'Saved searches' }).getByRole('link', { name: 'Tides' }).waitFor()
    await page
      .getByRole('navigation', { name: 'Types' })
      .getByRole('button', { name: /^People/ })
      .click()
    await page.getByRole('heading', { name: 'Nothing is found' }).waitFor()
  })

  test('a saved search is opened from the side, deleted, and taken back', async () => {
    await page.goto(`${hub.url}/search`)
    const saved = page.getByRole('region', { name: 'Saved searches' })
    await saved.getByRole('link', { name: 'Tides' }).waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await saved.getByRole('button', { name: 'Delete: Tides' }).click()
    await saved.getByRole('link', { name: 'Tides' }).waitFor({ state: 'detached' })
    await saved.getByRole('button', { name: 'Undo' }).click()
    await saved.getByRole('link', { name: 'Tides' }).waitFor()
    await page.getByRole('list', { name: 'Saved searches' }).getByRole('link', { name: 'Tides' }).click()
    await page.waitForURL(/q=tide/)
  })

  test('the inbox is worked through by keys, and the last act is taken back', async () => {
    await page.goto(`${hub.url}/inbox`)
    await rowsOf('Inbox').first().waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await page.keyboard.press('j')
    const title = await page.evaluate<string>('document.activeElement.textContent')
    expect(title).not.toBe('')
    await page.keyboard.press('e')
    await page.getByRole('status').getByText(`Done: ${title}`).waitFor()
    const row = rowsOf('Inbox').filter({ has: page.getByRole('link', { name: title, exact: true }) })
    await row.waitFor({ state: 'detached' })
    // The next row has the focus once the list is shorter.
    await page.waitForFunction("document.activeElement.hasAttribute('data-row')")
    await page.keyboard.press('z')
    await row.waitFor()
    expect(complaints).toEqual([])
  })

  test('the page of a pull request tells what happened then, up to its merge', async () => {
    await page.goto(`${hub.url}/search?q=is:pr+is:merged&type=pulls`)
    const first = rowsOf('Results').first().getByRole('link').first()
    await first.waitFor({ timeout: 120_000 })
    await first.click()
    const chain = rowsOf('What happened then')
    await chain.filter({ hasText: 'Merged' }).first().waitFor({ timeout: 60_000 })
    const told = await chain.allInnerTexts()
    const merged = told.findIndex((text) => text.includes('Merged'))
    expect(told.findIndex((text) => text.includes('Pull request opened'))).toBeLessThan(merged)
    expect(await seriousViolations(page)).toEqual([])
  })
})
