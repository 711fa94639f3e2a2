import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, fitsPhone, openDemo } from '../support/open-demo.ts'
import { typeLines } from '../support/signed-in-page.ts'

let demo: Demo

beforeAll(async () => {
  demo = await openDemo('run-steps')
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

const patience = { timeout: 120_000 }

/** Readable for whoever runs commands; what counts goes on when `go` is there. */
const folder = mkdtempSync(join(tmpdir(), 'cldcde-e2e-steps-'))
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = `name: Count aloud
on: workflow_dispatch
jobs:
  count:
    runs-on: ubuntu-latest
    steps:
      - name: Count
        run: |
          echo "::group::Before"
          echo "folded away"
          echo "::endgroup::"
          echo "::notice title=Listen::Counting begins"
          printf '\\033[31mred word\\033[0m\\n'
          n=0
          count() { while [ $n -lt $1 ]; do n=$((n + 1)); echo "count $n"; done; }
          count 3
          while [ ! -e ${folder}/go ]; do sleep 0.1; done
          count 15
          echo "# Counted to $n" >> "$GITHUB_STEP_SUMMARY"
      - name: Hold on
        run: echo holding; sleep 600
`

/** Writes a workflow as a person does: the editor takes the place of what it begins with. */
async function write(page: Page, text: string): Promise<void> {
  await page.goto(`${demo.hub.url}/workflows/new`)
  await page.getByRole('textbox', { name: 'Workflow source' }).click(patience)
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await typeLines(page, text)
}

test('a command is written, started, read while it runs, and stopped', { timeout: 600_000 }, async () => {
  const { page } = demo.mara
  demo.showOnFailure(page)
  await write(page, source)
  await page.getByText("not GitHub's hosted image").first().waitFor(patience)
  await page
    .getByRole('button', { name: /^(Create|Save)/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Run workflow' }).click(patience)
  await page.getByRole('dialog').getByRole('button', { name: 'Run workflow' }).click(patience)
  await page.waitForURL(/\/runs\//, patience)

  const log = page.getByRole('region', { name: 'Log of Count' })
  await log.getByText('count 1', { exact: true }).waitFor(patience)
  // It is there before the step is over.
  const cancel = page.getByRole('button', { name: 'Cancel run' })
  await cancel.waitFor()
  await log.getByText('count 3', { exact: true }).waitFor(patience)
  writeFileSync(join(folder, 'go'), '')
  await page
    .getByRole('region', { name: 'Log of Hold on' })
    .getByText('holding', { exact: true })
    .waitFor(patience)

  await page.getByText('Counting begins').first().waitFor(patience)
  await page
    .getByRole('region', { name: /^Summary of/ })
    .getByText('Counted to 15')
    .waitFor(patience)
  await cancel.click()
  await page.getByRole('button', { name: 'Re-run' }).waitFor(patience)
  await page.locator('summary', { hasText: 'Hold on' }).click()
  await page.getByText('The run was cancelled.').first().waitFor(patience)
  expect(await seriousViolations(page)).toEqual([])

  // What is over is folded, and opens at the line that an address names.
  await page.locator('summary', { hasText: 'Count' }).click()
  const search = log.getByRole('textbox', { name: 'Search the log' })
  await search.click()
  await page.keyboard.type('COUNT 15')
  // In the command, and in what it said.
  await log.getByText('1 of 2').waitFor(patience)
  await page.keyboard.press('Enter')
  await log.getByText('2 of 2').waitFor(patience)
  await log.locator('mark', { hasText: 'count 15' }).last().waitFor()
  await search.press('Escape')
  await log.getByRole('button', { name: 'Before', exact: true }).click()
  await log.getByText('folded away', { exact: true }).waitFor()
  const line = log.getByRole('link', { name: 'Line', exact: false }).last()
  const href = await line.getAttribute('href')
  await line.click()
  await page.waitForURL((url) => url.hash === href)
  await page.reload()
  await page.locator(`[id="${href!.slice(1)}"]`).waitFor(patience)
  await fitsPhone(page)
})
