import { afterAll, beforeAll, expect, test } from 'vitest'
import { loaded, seriousViolations } from '../support/browser.ts'
import { type Demo, fitsPhone, openDemo } from '../support/open-demo.ts'
import { typeLines } from '../support/signed-in-page.ts'

const source = `name: Every harbour
run-name: Tides of today
on: workflow_dispatch
concurrency: tides
jobs:
  measure:
    name: Measure
    strategy:
      fail-fast: false
      matrix: {harbour: [Kiel, Bergen, Porto], depth: [2, 9]}
    steps:
      - name: Look at \${{ matrix.harbour }}
        uses: hub/set-output
        with: {depth: '\${{ matrix.depth }}'}
  pause:
    steps:
      - {uses: hub/sleep, with: {seconds: 600}}
  publish:
    needs: [measure, pause]
    steps: [{uses: hub/set-output}]`

let demo: Demo

beforeAll(async () => {
  demo = await openDemo('matrix')
}, 300_000)
afterAll(async () => await demo?.[Symbol.asyncDispose]())

test('a matrix is one card and one row that unfolds, and the second run says what it waits for', {
  timeout: 300_000,
}, async () => {
  const { hub } = demo
  const { page } = demo.mara
  demo.showOnFailure(page)
  await page.goto(`${hub.url}/workflows/new`)
  await page.getByRole('textbox', { name: 'Workflow source' }).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await typeLines(page, source)
  await page.getByText('No problems').waitFor()
  await page.keyboard.press('Control+S')
  await page.getByRole('heading', { name: 'Every harbour' }).waitFor()
  const start = async () => {
    await page.getByRole('button', { name: 'Run workflow' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /^(Run|Start)/ }).click()
    await page.waitForURL(/\/runs\//)
    return page.url()
  }
  const workflow = page.url()
  const first = await start()
  const graph = page.getByRole('region', { name: 'Jobs of Tides of today' })
  for (const name of ['Measure', 'Kiel, 2', 'Porto, 9', 'pause']) {
    await graph.getByRole('button', { name: new RegExp(name) }).waitFor()
  }
  await graph.getByRole('button', { name: /Measure/ }).click()
  await page.getByText(/^6 jobs: 6 /).waitFor()
  await graph.getByRole('button', { name: /Bergen, 9/ }).click()
  await page.getByRole('heading', { name: 'Measure (Bergen, 9)' }).waitFor()
  await page.getByText('Look at Bergen').first().waitFor()
  expect(await seriousViolations(page)).toEqual([])
  await fitsPhone(page)

  await page.getByRole('button', { name: 'Timeline' }).click()
  const timeline = page.getByRole('region', { name: 'Timeline' })
  const whole = timeline.getByRole('button', { name: /Measure/ })
  expect(await timeline.getByRole('button', { name: /Kiel, 2/ }).count()).toBe(0)
  await whole.focus()
  await page.keyboard.press('Enter')
  await timeline.getByRole('button', { name: /Kiel, 2/ }).waitFor()
  expect(await whole.getAttribute('aria-expanded')).toBe('true')
  expect(await seriousViolations(page)).toEqual([])

  await page.goto(workflow)
  await loaded(page)
  await start()
  await page.getByText('waits for its turn in tides').waitFor()
  await page.goto(first)
  await page.getByRole('button', { name: 'Cancel run' }).click()
  await page.getByRole('button', { name: 'Re-run' }).waitFor()
})
