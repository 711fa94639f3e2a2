import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, fitsPhone, openDemo } from '../support/open-demo.ts'

const repository = 'harborline/tide-api'
let demo: Demo
let hub: Demo['hub']
let mara: Demo['mara']
let tobias: Demo['tobias']

beforeAll(async () => {
  demo = await openDemo('morning')
  ;({ hub, mara, tobias } = demo)
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

/** On a machine that is busy with much else. */
const patience = { timeout: 120_000 }

const ask = <T>(method: string, path: string, body?: object) =>
  askLocalGithub<T>(hub, 'mara-lindqvist', method, `/repos/${repository}${path}`, body)

/** Types into the palette what shall be done, and does the first that it finds. */
async function command(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Search and commands' })
  await palette.getByRole('combobox').waitFor()
  await page.keyboard.type(words)
  await palette.getByRole('option', { selected: true, name: new RegExp(`^${words}`) }).waitFor(patience)
  await page.keyboard.press('Enter')
}

/** Walks down a list until this row has the focus. */
async function walkTo(page: Page, selector: string): Promise<void> {
  const row = page.locator(selector)
  await row.first().waitFor(patience)
  await expect
    .poll(async () => {
      await page.keyboard.press('j')
      return await row.first().and(page.locator(':focus')).count()
    }, patience)
    .toBe(1)
}

/** Looks at an address until what it shows is there: the first sync may still be reading it. */
async function gotoUntil(page: Page, address: string, shown: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(async () => {
      await page.goto(`${hub.url}${address}`)
      return await shown()
    }, patience)
    .toBe(true)
}

const comes = (page: Page, text: RegExp | string) =>
  page
    .getByText(text)
    .first()
    .waitFor({ timeout: 15_000 })
    .then(
      () => true,
      () => false,
    )

describe('a morning', { timeout: 600_000 }, () => {
  test('begins in the inbox: diff, line, approval and merge by keys, seen by who looks on, and on to the next', async () => {
    const { page } = tobias
    demo.showOnFailure(page)
    const title = 'harbour-morning'
    const { object } = await ask<{ object: { sha: string } }>('GET', '/git/ref/heads/main')
    await ask('POST', '/git/refs', { ref: `refs/heads/${title}`, sha: object.sha })
    await ask('PUT', `/contents/${title}.ts`, {
      ...{ message: 'Add lights', branch: title },
      content: Buffer.from('// The lights\nexport const lights = 2\n').toString('base64'),
    })
    const { number } = await ask<{ number: number }>('POST', '/pulls', { title, head: title, base: 'main' })
    await ask('POST', `/pulls/${number}/requested_reviewers`, { reviewers: ['tobias-okafor'] })
    await gotoUntil(mara.page, `/repos/${repository}/pulls/${number}`, () =>
      comes(mara.page, 'wants to merge into'),
    )

    await gotoUntil(page, '/inbox', () => comes(page, title))
    await walkTo(page, `[data-row][href*="/${repository}/pulls/${number}"]`)
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/pulls/${number}/files$`))
    const walk = page.getByRole('complementary', { name: 'Your inbox' })
    await walk.getByText('In your inbox: review requested').waitFor(patience)
    await page.getByRole('heading', { name: `${title}.ts` }).waitFor(patience)
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)

    await page
      .getByRole('button', { name: `Comment on line 2 of ${title}.ts` })
      .first()
      .press('Enter')
    await page.getByLabel('Comment on line 2', { exact: true }).waitFor()
    await page.keyboard.type('Why **two**?')
    await page.keyboard.press('Control+Enter')
    await page
      .getByRole('list', { name: `Said on ${title}.ts` })
      .getByText('Why')
      .waitFor(patience)
    await mara.page.getByText('Why').first().waitFor(patience)
    await page.getByRole('button', { name: `Viewed ${title}.ts` }).press('Enter')
    await page.getByText('1 viewed').waitFor()

    await command(page, `Approve #${number}`)
    await mara.page.getByText('approved these changes').waitFor(patience)
    // A workflow of the demo may mention Tobias there: that is another matter.
    await expect.poll(() => walk.textContent(), patience).not.toContain('review requested')
    await command(page, `Merge #${number}`)
    for (const looking of [page, mara.page])
      await looking.getByText('Merged', { exact: true }).first().waitFor(patience)
    expect((await ask<{ merged: boolean }>('GET', `/pulls/${number}`)).merged).toBe(true)

    await page.keyboard.press('n')
    await expect.poll(() => page.url(), patience).not.toContain(`/pulls/${number}`)
    await page.goto(`${hub.url}/inbox`)
    await page.getByRole('heading', { name: 'Inbox' }).waitFor()
    const own = page
      .locator('li', { hasText: 'Review requested' })
      .locator(`[data-row][href*="/${repository}/pulls/${number}"]`)
    await expect.poll(() => own.count(), patience).toBe(0)
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })

  test('goes on with ten issues: labelled, assigned, closed and taken back by keys, live for who looks on', async () => {
    const { page } = mara
    demo.showOnFailure(page)
    const word = `drift${Date.now()}`
    for (let at = 1; at <= 10; at++) await ask('POST', '/issues', { title: `${word} ${at}` })
    const list = `/repos/${repository}/issues?q=${encodeURIComponent(word)}`
    for (const looking of [page, tobias.page])
      await gotoUntil(looking, list, async () => {
        await looking.getByRole('list', { name: 'Issues' }).waitFor(patience)
        return (await looking.locator('[data-row]').count()) === 10
      })
    const selectAll = async () => {
      await page.keyboard.press('Escape')
      await page.locator('[data-row]').first().focus()
      await page.keyboard.press('x')
      await page.getByText('1 selected').waitFor()
      for (let at = 1; at < 10; at++) await page.keyboard.press('j')
      await page.keyboard.press('Shift+X')
      await page.getByText('10 selected').waitFor()
    }
    const pick = async (what: string, name: string) => {
      await page.getByRole('button', { name: `Change ${what}` }).press('Enter')
      await page.getByRole('combobox', { name: `Filter ${what}` }).waitFor()
      await page.keyboard.type(name)
      await page
        .getByRole('option', { name: new RegExp(name) })
        .first()
        .waitFor(patience)
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
    }
    const everyIssue = () =>
      ask<{ title: string; state: string; labels: { name: string }[]; assignees: { login: string }[] }[]>(
        'GET',
        '/issues?state=all&per_page=100',
      ).then((issues) => issues.filter(({ title }) => title.startsWith(word)))

    await selectAll()
    expect(await seriousViolations(page)).toEqual([])
    await pick('labels', 'bug')
    await page.getByText('Label: 10 of 10').waitFor(patience)
    await selectAll()
    await pick('assignees', 'tobias-okafor')
    await page.getByText('Assign: 10 of 10').waitFor(patience)
    await selectAll()
    await page.getByRole('button', { name: 'Close', exact: true }).press('Enter')
    await page.getByText('Close: 10 of 10').waitFor(patience)
    const triaged = (await everyIssue()).map(({ state, labels, assignees }) => [
      ...[state, ...labels.map(({ name }) => name)],
      ...assignees.map(({ login }) => login),
    ])
    expect(triaged).toEqual(Array(10).fill(['closed', 'bug', 'tobias-okafor']))
    const closed = (on: Page) => on.locator('li', { has: on.locator('[data-row]') }).getByLabel(/^Closed/)
    await expect.poll(() => closed(tobias.page).count(), patience).toBe(10)

    await page.getByRole('button', { name: 'Undo' }).press('Enter')
    await page.getByText('Undo: Close: 10 of 10').waitFor(patience)
    expect((await everyIssue()).map(({ state }) => state)).toEqual(Array(10).fill('open'))
    await expect.poll(() => closed(tobias.page).count(), patience).toBe(0)
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })

  test('does what is at hand from the palette: an issue is taken and closed, a run is run again', async () => {
    const { page } = mara
    demo.showOnFailure(page)
    const { number } = await ask<{ number: number }>('POST', '/issues', { title: 'At hand' })
    await gotoUntil(page, `/repos/${repository}/issues/${number}`, () => comes(page, 'opened this issue'))
    await command(page, `Assign #${number} to me`)
    await page
      .getByRole('complementary', { name: 'Properties' })
      .getByText('mara-lindqvist')
      .waitFor(patience)
    await command(page, `Close as not planned #${number}`)
    await page.getByText('Closed as not planned').first().waitFor(patience)
    await command(page, `Reopen #${number}`)
    await page.getByText('Open', { exact: true }).first().waitFor(patience)
    await expect
      .poll(() => ask<{ state: string; assignees: object[] }>('GET', `/issues/${number}`), patience)
      .toMatchObject({ state: 'open', assignees: [{ login: 'mara-lindqvist' }] })

    interface Run {
      id: number
      run_attempt: number
      status: string
    }
    const { workflow_runs } = await ask<{ workflow_runs: Run[] }>('GET', '/actions/runs?per_page=100')
    const { id, run_attempt } = workflow_runs.find(({ status }) => status === 'completed')!
    await gotoUntil(page, `/repos/${repository}/actions/runs/${id}`, () => comes(page, 'Re-run all jobs'))
    await command(page, 'Re-run all jobs')
    await expect
      .poll(async () => (await ask<Run>('GET', `/actions/runs/${id}`)).run_attempt, patience)
      .toBe(run_attempt + 1)
    expect(mara.complaints).toEqual([])
  })
})
