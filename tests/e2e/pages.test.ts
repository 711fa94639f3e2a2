import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { loaded, openBrowser, seriousViolations } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { openSignedInPage } from '../support/signed-in-page.ts'

const repository = 'harborline/tide-api'

let hub: HubProcess
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
  ;({ page } = await openSignedInPage(browser, hub))
  await synced()
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

describe('pages', { timeout: 240_000 }, () => {
  test('Home shows the first of what needs one, and all of it at a click', async () => {
    for (let i = 0; i < 5; i++) {
      await askLocalGithub(hub, 'sam-whitlock', 'POST', `/repos/${repository}/issues`, {
        title: `Waits for Mara ${i}`,
        assignees: ['mara-lindqvist'],
      })
    }
    await page.goto(hub.url)
    const section = page.getByRole('region', { name: 'Needs you' })
    const rows = section.getByRole('listitem')
    // The fifth issue is not among the four that are shown at first.
    const rest = section.getByRole('link', { name: /^and \d+ more$/ })
    await rest.waitFor()
    await expect
      .poll(async () => (await rows.count()) + Number(/\d+/.exec(await rest.innerText())![0]), patience)
      .toBe(await told(section))
    await rest.click()
    await page.waitForURL(/needs=all/)
    await expect.poll(() => rows.count(), patience).toBe(await told(section))
    // Also what came last of all.
    await section.getByRole('link', { name: 'Waits for Mara 0' }).waitFor()
    await page.reload()
    await section.getByRole('link', { name: 'Show fewer' }).click()
    await rest.waitFor()
  })

  test('an unknown address keeps the app around it and offers what was meant', async () => {
    for (const [address, offer] of [
      ['/isues', 'Issues'],
      [`/${repository}/pull/1`, `${repository} #1`],
      ['/repos/harborline/tide-apj', repository],
      [`/repos/${repository}/issues/999999`, repository],
      ['/runs/00000000-0000-7000-8000-000000000000', 'Go home'],
    ] as const) {
      await page.goto(hub.url + address)
      await page
        .getByRole('heading', { level: 1, name: /Nothing is here|No page lives at this address/ })
        .waitFor()
      await page.getByRole('navigation', { name: 'Main' }).waitFor()
      await page.getByRole('main').getByRole('link', { name: offer, exact: true }).waitFor()
    }
    await page.goto(`${hub.url}/isues`)
    await page.getByRole('main').getByRole('link', { name: 'Issues' }).click()
    await page.getByRole('heading', { level: 1, name: 'Issues' }).waitFor()
  })

  test('an issue that is closed on GitHub is seen to be, and leaves the open ones', async () => {
    const { number } = await openIssue('Closes while somebody looks')
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByText(/^live/).waitFor()
    const row = page.getByRole('listitem').filter({ hasText: 'Closes while somebody looks' })
    await row.getByRole('img', { name: 'Open' }).waitFor()
    // It shows that for seconds only: a busy machine must not miss it.
    await page.evaluate(watchForClosed)
    await askLocalGithub(hub, 'mara-lindqvist', 'PATCH', `/repos/${repository}/issues/${number}`, {
      state: 'closed',
    })
    await row.waitFor({ state: 'detached' })
    expect(await page.evaluate('window.seenClosed')).toBe(true)
    await page.getByRole('button', { name: 'Closed' }).click()
    await row.waitFor()
  })

  test('from an issue two clicks lead back to the webhook and to the run that it started', async () => {
    const { number } = await askLocalGithub<{ number: number }>(
      hub,
      'sam-whitlock',
      'POST',
      `/repos/${repository}/issues`,
      {
        title: 'Where does this come from',
      },
    )
    await page.goto(`${hub.url}/repos/${repository}/issues/${number}`)
    await page
      .getByRole('region', { name: 'Deliveries' })
      .getByRole('link', { name: 'issues.opened' })
      .click()
    await page.getByRole('heading', { level: 1, name: 'issues.opened' }).waitFor()
    await page.getByRole('region', { name: 'What it changed' }).getByText('opened').waitFor()
    const run = page.getByRole('region', { name: 'Runs it started' }).getByRole('listitem').first()
    await run.getByRole('link').click()
    await page.waitForURL(/\/runs\//)
    await page.getByRole('link', { name: /^delivery / }).waitFor()
  })

  test('Insights draw the chosen measure, say each day to the keyboard and lead into a repository', async () => {
    await page.goto(`${hub.url}/insights`)
    await page.getByRole('button', { name: /^Duration/ }).click()
    await page.waitForURL(/measure=ci_duration_ms/)
    const chart = page.getByRole('slider', { name: 'Duration by day' })
    await chart.focus()
    await page.keyboard.press('Home')
    const days = page.getByRole('region', { name: 'Duration by day' })
    await days.getByText('As a table').click()
    const row = days.locator('details tr').nth(1)
    const [day, value] = await row.locator('th, td').allInnerTexts()
    expect(await chart.getAttribute('aria-valuetext')).toBe(`${day}: ${value}`)
    await page.keyboard.press('Tab')
    await page
      .getByRole('region', { name: 'Measures by repository' })
      .getByRole('link', { name: repository })
      .click()
    await page.getByRole('button', { name: `${repository}: show all repositories` }).waitFor()
    expect(await seriousViolations(page)).toEqual([])
  })

  test('rows do not move under somebody who reads further down', async () => {
    await page.setViewportSize({ width: 1000, height: 400 })
    await page.goto(`${hub.url}/issues`)
    await page.getByText(/^live/).waitFor()
    const row = page.locator('[data-row]').nth(12)
    await row.scrollIntoViewIfNeeded()
    await page.evaluate('window.scrollTo(0, 400)')
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const before = await page.locator('[data-row]').allInnerTexts()
    await openIssue('Arrives above')
    const pill = page.getByRole('button', { name: /^\d+ new$/ })
    await pill.waitFor()
    expect((await page.locator('[data-row]').allInnerTexts()).slice(0, before.length)).toEqual(before)
    await pill.click()
    await page.locator('[data-row]', { hasText: 'Arrives above' }).waitFor()
    await page.setViewportSize({ width: 1440, height: 900 })
  })

  test('what people write is drawn as GitHub draws it, and can do nothing', async () => {
    const [pull] = await askLocalGithub<{ number: number }[]>(
      hub,
      'sam-whitlock',
      'GET',
      `/repos/${repository}/pulls?state=all`,
    )
    const body = [
      `See #${pull!.number}, thanks @jonas-weber.`,
      '| tide | metres |\n|-|-|\n| high | 3.1 |',
      '- [x] measured\n- [ ] printed',
      '![chart](https://pictures.example/chart.png)',
      '<script>window.pwned = 1</script><img src="x" onerror="window.pwned = 2"><a href="javascript:window.pwned=3">go</a>',
      '<details><summary>More</summary>\n\nHidden **words**\n\n</details>',
    ].join('\n\n')
    const { number } = await askLocalGithub<{ number: number }>(
      hub,
      'sam-whitlock',
      'POST',
      `/repos/${repository}/issues`,
      { title: 'Written in Markdown', body },
    )
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByRole('link', { name: 'Written in Markdown' }).click()
    await page.getByRole('cell', { name: '3.1' }).waitFor()
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(1)
    await page.getByText('More', { exact: true }).click()
    await page.getByText('Hidden words').waitFor()
    // Nothing is fetched from another host before somebody asks for it.
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByRole('button', { name: 'Show “chart” from pictures.example' }).waitFor()
    expect(asked.filter((url) => url.includes('pictures.example'))).toEqual([])
    expect(await page.evaluate('window.pwned')).toBeUndefined()
    expect(await seriousViolations(page)).toEqual([])
    // The number is a pull request's: its page comes, whatever the text calls it.
    await page.getByRole('link', { name: `#${pull!.number}`, exact: true }).click()
    await page.waitForURL(new RegExp(`/pulls/${pull!.number}$`))

    // A trap: it would keep a page busy for a minute. It stays text, and the page answers meanwhile.
    await askLocalGithub(hub, 'sam-whitlock', 'POST', `/repos/${repository}/issues/${number}/comments`, {
      body: `The trap ${'~a~ '.repeat(12_000)}`,
    })
    await page.goto(`${hub.url}/repos/${repository}/issues/${number}`)
    await page.getByText('The trap').waitFor()
    await page.getByRole('cell', { name: '3.1' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await page.keyboard.press('Escape')
  })

  test('a person has one picture, wherever named', async () => {
    for (const address of [
      `/repos/${repository}`,
      '/issues',
      '/settings/people',
      `/repos/${repository}/issues/1`,
    ]) {
      await page.goto(hub.url + address)
      await page.getByRole('main').locator('img').first().waitFor()
      await loaded(page)
      await expect.poll(() => page.evaluate(brokenPictures), patience).toEqual([])
      expect([address, await page.evaluate(letters)]).toEqual([address, []])
    }
    const context = await browser.newContext()
    const stranger = await context.newPage()
    await stranger.goto(hub.url)
    await stranger.getByRole('link', { name: /Mara Lindqvist/ }).waitFor({ timeout: 60_000 })
    await expect.poll(() => stranger.evaluate(brokenPictures), patience).toEqual([])
    expect(await stranger.evaluate(letters)).toEqual([])
    await context.close()
  })
})

/** For a busy machine: what is waited for ends the wait. */
const patience = { timeout: 60_000 }

const watchForClosed = `new MutationObserver(() => {
  const row = [...document.querySelectorAll('li')].find((li) => li.textContent.includes('Closes while somebody looks'))
  if (row?.querySelector('[aria-label=Closed]')) window.seenClosed = true
}).observe(document.body, { subtree: true, childList: true, attributes: true })`

/** Letters in the place of pictures, and pictures that show nothing. */
const letters = `[...document.querySelectorAll('[data-hue]')].map((letter) => letter.textContent)`
const brokenPictures = `[...document.querySelectorAll('img')]
  .filter((img) => img.loading !== 'lazy' || img.getBoundingClientRect().top < innerHeight)
  .filter((img) => !img.complete || img.naturalWidth === 0).map((img) => img.src)`

async function openIssue(title: string): Promise<{ number: number }> {
  return askLocalGithub(hub, 'sam-whitlock', 'POST', `/repos/${repository}/issues`, { title })
}

/** The number that the head of a section tells. */
async function told(section: ReturnType<Page['getByRole']>): Promise<number> {
  return Number(/(\d+)( or more)? things/.exec(await section.innerText())![1])
}

/** Waits until the first sync of everything is done. */
async function synced(): Promise<void> {
  await page.goto(`${hub.url}/settings/sync`)
  // Nine repositories and the list of them.
  await page
    .getByRole('progressbar', { name: /: (\d+) of \1 done$/ })
    .nth(9)
    .waitFor({ timeout: 120_000 })
}
