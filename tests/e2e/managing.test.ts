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
let showOnFailure: Demo['showOnFailure']

beforeAll(async () => {
  demo = await openDemo('managing')
  ;({ hub, mara, tobias, showOnFailure } = demo)
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

const patience = { timeout: 120_000 }
const askGithub = <T>(method: string, path: string, body?: object) =>
  askLocalGithub<T>(hub, 'mara-lindqvist', method, `/repos/${repository}${path}`, body)

describe('managing a repository', { timeout: 300_000 }, () => {
  test('a label is created, renamed and deleted, seen at once by who looks on', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByRole('link', { name: 'Labels' }).click()
    await tobias.page.goto(`${hub.url}/repos/${repository}/labels`)
    const labels = (on: Page) => on.getByRole('list', { name: 'Labels' })
    await labels(tobias.page).getByText('bug', { exact: true }).waitFor(patience)
    await page.getByRole('button', { name: 'New label' }).press('Enter')
    await page.getByRole('textbox', { name: /^Name/ }).fill('spring tide')
    await page.getByRole('textbox', { name: /^Description/ }).fill('Twice a month')
    await page.getByRole('button', { name: 'Save label' }).press('Enter')
    await labels(tobias.page).getByText('spring tide', { exact: true }).waitFor(patience)
    await page.getByRole('button', { name: 'Edit label spring tide' }).press('Enter')
    await page.getByRole('textbox', { name: /^Name/ }).fill('neap tide')
    await page.getByRole('button', { name: 'Save label' }).press('Enter')
    await labels(tobias.page).getByText('neap tide', { exact: true }).waitFor(patience)
    expect(await labels(tobias.page).getByText('spring tide', { exact: true }).count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    await page.getByRole('button', { name: 'Delete label neap tide' }).press('Enter')
    await page.getByRole('button', { name: 'Delete', exact: true }).press('Enter')
    await labels(tobias.page)
      .getByText('neap tide', { exact: true })
      .waitFor({ state: 'detached', ...patience })
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })

  test('a milestone is created and closed', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/milestones`)
    await page.getByRole('button', { name: 'New milestone' }).press('Enter')
    await page.getByRole('textbox', { name: /^Title/ }).fill('High water')
    await page.getByLabel('Due on').fill('2027-03-01')
    await page.getByRole('button', { name: 'Save milestone' }).press('Enter')
    const row = page.getByRole('listitem').filter({ hasText: 'High water' })
    await row.getByText(/open ·/).waitFor(patience)
    await row.getByRole('button', { name: 'Close' }).press('Enter')
    await row.getByText(/closed ·/).waitFor(patience)
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    expect(mara.complaints).toEqual([])
  })

  test('a branch is created, deleted and restored where it stood', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/branches`)
    await page.getByRole('list', { name: 'Branches' }).waitFor(patience)
    await page.getByRole('button', { name: 'New branch' }).press('Enter')
    await page.getByRole('textbox', { name: /^Name/ }).fill('moorings')
    await page.getByRole('button', { name: 'Create branch' }).press('Enter')
    const remove = page.getByRole('button', { name: 'Delete branch moorings' })
    await remove.waitFor(patience)
    const onGithub = async () => {
      const branches = await askGithub<{ name: string }[]>('GET', '/branches?per_page=100')
      return branches.some(({ name }) => name === 'moorings')
    }
    expect(await onGithub()).toBe(true)
    await remove.press('Enter')
    await page.getByRole('button', { name: 'Restore moorings' }).waitFor(patience)
    expect(await onGithub()).toBe(false)
    expect(await remove.count()).toBe(0)
    await page.getByRole('button', { name: 'Restore moorings' }).press('Enter')
    await remove.waitFor(patience)
    expect(await onGithub()).toBe(true)
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    expect(mara.complaints).toEqual([])
  })

  test('a release is drafted with notes of GitHub, published and deleted', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/releases`)
    await page.getByRole('link', { name: 'Draft a release' }).click()
    await page.getByRole('textbox', { name: /^Tag/ }).fill('v99.0.0')
    await page.getByRole('button', { name: 'Generate release notes' }).press('Enter')
    await expect
      .poll(() => page.getByRole('textbox', { name: /^Notes/ }).inputValue(), patience)
      .toContain('changed')
    await page.getByRole('textbox', { name: /^Title/ }).fill('Ninety-nine')
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    await page.getByRole('button', { name: 'Save draft' }).press('Enter')
    await page.getByRole('list', { name: 'Drafts' }).getByText('Ninety-nine').waitFor(patience)
    await page.getByRole('link', { name: 'Edit v99.0.0' }).click()
    await page.getByRole('button', { name: 'Publish release' }).press('Enter')
    const releases = page.getByRole('list', { name: 'Releases' })
    await releases.getByText('Ninety-nine', { exact: true }).waitFor(patience)
    expect(await page.getByRole('list', { name: 'Drafts' }).getByText('Ninety-nine').count()).toBe(0)
    await releases.getByRole('button', { name: 'Delete release v99.0.0' }).press('Enter')
    await page.getByRole('button', { name: 'Delete', exact: true }).press('Enter')
    await releases.getByText('Ninety-nine', { exact: true }).waitFor({ state: 'detached', ...patience })
    expect(mara.complaints).toEqual([])
  })

  test('an issue is pinned, locked with a reason and closed as a duplicate', async () => {
    const { page } = mara
    showOnFailure(page)
    const { number } = await askGithub<{ number: number }>('POST', '/issues', { title: 'Twice told' })
    const more = async (item: string) => {
      await page.getByRole('button', { name: 'More to do with it' }).press('Enter')
      await page.getByRole('menuitem', { name: item }).press('Enter')
    }
    await expect
      .poll(async () => {
        await page.goto(`${hub.url}/repos/${repository}/issues/${number}`)
        return await page
          .getByRole('heading', { name: /Twice told/ })
          .waitFor({ timeout: 5_000 })
          .then(...([() => true, () => false] as const))
      }, patience)
      .toBe(true)
    await more('Pin issue')
    await page.getByText('pinned', { exact: true }).waitFor(patience)
    await more('Lock conversation')
    await page.getByLabel('Reason', { exact: true }).selectOption('resolved')
    await page.getByRole('dialog').getByRole('button', { name: 'Lock conversation' }).press('Enter')
    await page.getByText('locked', { exact: true }).waitFor(patience)
    await expect
      .poll(async () => (await askGithub<{ locked: boolean }>('GET', `/issues/${number}`)).locked, patience)
      .toBe(true)
    await page.getByRole('button', { name: 'Close for another reason' }).press('Enter')
    await page.getByRole('menuitem', { name: /Close as duplicate/ }).press('Enter')
    await page.getByLabel('Number of the issue that it repeats').fill('#1')
    await page.keyboard.press('Enter')
    await page.getByText('Duplicate of').waitFor(patience)
    // What is on its way to GitHub is shown paler.
    await page.getByText('comments just now').waitFor({ state: 'detached', ...patience })
    await page
      .getByText(/Closed as duplicate/)
      .first()
      .waitFor(patience)
    expect(await seriousViolations(page)).toEqual([])
    expect(mara.complaints).toEqual([])
  })
})
