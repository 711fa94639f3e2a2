import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, openDemo } from '../support/open-demo.ts'

let demo: Demo
let hub: Demo['hub']
let mara: Demo['mara']
let tobias: Demo['tobias']
let showOnFailure: Demo['showOnFailure']

beforeAll(async () => {
  demo = await openDemo('actions-run')
  ;({ hub, mara, tobias, showOnFailure } = demo)
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

/** A job takes up to half a minute to be acted out, on a machine that is busy with much else. */
const patience = { timeout: 240_000 }

interface RunOfGithub {
  id: number
  name: string
  event: string
  conclusion: string | null
}

async function askGithub<T>(repository: string, path: string): Promise<T> {
  return await askLocalGithub<T>(hub, 'mara-lindqvist', 'GET', `/repos/harborline/${repository}${path}`)
}

/** A run of the past of which a job failed. */
async function failedRun(): Promise<string> {
  for (const name of ['tide-api', 'berth-planner', 'pilot-app', 'ais-ingest', 'docs', 'design-system']) {
    const { workflow_runs } = await askGithub<{ workflow_runs: RunOfGithub[] }>(
      name,
      '/actions/runs?per_page=100',
    )
    const run = workflow_runs.find(({ conclusion, event }) => conclusion === 'failure' && event !== 'push')
    if (run) return `/repos/harborline/${name}/actions/runs/${run.id}`
  }
  throw new Error('no run of the past failed')
}

/** Goes to a page of something that the first sync may still be reading. */
async function gotoWhenRead(page: Page, address: string, button: string): Promise<void> {
  await expect
    .poll(async () => {
      await page.goto(`${hub.url}${address}`)
      const shown = page.getByRole('button', { name: button })
      return await shown.waitFor({ timeout: 20_000 }).then(...bothWays)
    }, patience)
    .toBe(true)
}

/** Whether something came to be. */
const bothWays = [() => true, () => false] as const

describe('a red build', { timeout: 600_000 }, () => {
  test('leads to the line that says why, is run again, and turns green before everybody’s eyes', async () => {
    const { page } = mara
    showOnFailure(page)
    const address = await failedRun()
    await gotoWhenRead(page, address, 'Re-run failed jobs')
    await tobias.page.goto(`${hub.url}${address}`)
    // The first sync may still be reading the jobs of this run.
    const wrong = page.getByText('Process completed with exit code 1.')
    await wrong.waitFor(patience)
    await page.getByRole('region', { name: 'Annotations' }).getByText('is not as expected').waitFor()
    expect(await seriousViolations(page)).toEqual([])

    await page.keyboard.press('/')
    await page.keyboard.type('EXIT CODE')
    await page.getByText('1 of 1').waitFor()
    await page.locator('mark', { hasText: 'exit code' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Show times' }).press('Enter')
    await page
      .locator('time', { hasText: /T\d\d:\d\d:\d\d\.\d{7}Z/ })
      .first()
      .waitFor()

    const line = page.locator('a[href^="#step:"]').last()
    const href = await line.getAttribute('href')
    await line.click()
    await page.waitForURL((url) => url.hash === href)
    await page.reload()
    await page.locator(`[id="${href!.slice(1)}"]`).waitFor()

    await page.getByRole('button', { name: 'Re-run failed jobs' }).press('Enter')
    for (const each of [page, tobias.page]) {
      await each.getByRole('button', { name: 'Attempt 2' }).waitFor(patience)
    }
    await page.goto(`${hub.url}${address}`)
    for (const each of [page, tobias.page]) {
      await each.locator('header').getByText('Succeeded').first().waitFor(patience)
    }
    await page.getByRole('button', { name: 'Attempt 2' }).press('Enter')
    await page.getByRole('menuitemradio', { name: 'Attempt 1' }).press('Enter')
    await page.waitForURL(/attempt=1/)
    await wrong.waitFor(patience)
    // A page that was gone to before its run was read said so.
    const odd = [...mara.complaints, ...tobias.complaints].filter((complaint) => !complaint.includes('404'))
    expect(odd).toEqual([])
  })
})

describe('a workflow', { timeout: 600_000 }, () => {
  test('is started by the form of its inputs, waits for a yes, and deploys, seen by who looks on', async () => {
    const { page } = mara
    showOnFailure(page)
    const actions = '/repos/harborline/tide-api/actions'
    const newest = async () => {
      const { workflow_runs } = await askGithub<{ workflow_runs: RunOfGithub[] }>(
        'tide-api',
        '/actions/runs?event=workflow_dispatch',
      )
      return Math.max(...workflow_runs.map(({ id }) => id))
    }
    const before = await newest()
    await gotoWhenRead(page, actions, 'Run workflow')
    await page.getByRole('button', { name: 'Run workflow' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Deploy' }).press('Enter')
    const form = page.getByRole('dialog', { name: 'Run Deploy' })
    await form.getByLabel('Version to deploy').fill('v9.9.9')
    await form.getByLabel('Where to').selectOption('baltic')
    await form.getByLabel('Migrate segments first').check()
    await form.getByLabel('How many instances').fill('3')
    expect(await seriousViolations(page)).toEqual([])
    const [sent] = await Promise.all([
      page.waitForRequest((request) => request.url().endsWith('/dispatches')),
      form.getByRole('button', { name: 'Run workflow' }).press('Enter'),
    ])
    expect(sent.postDataJSON()).toEqual({
      ref: 'main',
      inputs: { version: 'v9.9.9', region: 'baltic', migrate: 'true', instances: '3' },
    })

    await expect.poll(newest, patience).toBeGreaterThan(before)
    const address = `${actions}/runs/${await newest()}`
    await gotoWhenRead(page, address, 'Approve and deploy')
    await tobias.page.goto(`${hub.url}${address}`)
    const waiting = (each: Page) => each.getByRole('region', { name: 'Deployments that wait for approval' })
    await waiting(tobias.page).getByText('production').waitFor(patience)
    await waiting(page).getByLabel('Comment').fill('Calm seas.')
    await waiting(page).getByRole('button', { name: 'Approve and deploy' }).press('Enter')
    for (const each of [page, tobias.page]) {
      await waiting(each).waitFor({ ...patience, state: 'hidden' })
      await each.locator('header').getByText('Succeeded').first().waitFor(patience)
    }
    await page.getByRole('region', { name: 'Artifacts' }).getByText('coverage').waitFor(patience)
    const [archive] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download coverage' }).press('Enter'),
    ])
    expect(archive.suggestedFilename()).toBe('coverage.zip')
  })
})
