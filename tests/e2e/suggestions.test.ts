import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, fitsPhone, openDemo } from '../support/open-demo.ts'

const repository = 'harborline/tide-api'
let demo: Demo
beforeAll(async () => {
  demo = await openDemo('suggestions')
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

/** On a machine that is busy with much else. */
const patience = { timeout: 120_000 }
const bothWays = [() => true, () => false] as const

const ask = <T>(login: string, method: string, path: string, body?: object) =>
  askLocalGithub<T>(demo.hub, login, method, `/repos/${repository}${path}`, body)

interface Opened {
  number: number
  head: { sha: string; ref: string }
}

async function openPull(name: string, message: string): Promise<Opened> {
  const as = 'mara-lindqvist'
  const { object } = await ask<{ object: { sha: string } }>(as, 'GET', '/git/ref/heads/main')
  await ask(as, 'POST', '/git/refs', { ref: `refs/heads/${name}`, sha: object.sha })
  await ask(as, 'PUT', `/contents/${name}.ts`, {
    ...{ message, branch: name },
    content: Buffer.from("// The lights\nexport const lights = 2\nexport const name = 'pier'\n").toString(
      'base64',
    ),
  })
  return await ask<Opened>(as, 'POST', '/pulls', { title: name, head: name, base: 'main' })
}

/** Opens the files of a pull request that the first sync may still have to read. */
async function openFiles(page: Page, { number }: Opened): Promise<void> {
  await expect
    .poll(async () => {
      await page.goto(`${demo.hub.url}/repos/${repository}/pulls/${number}/files`)
      return await page
        .getByText('1 file', { exact: true })
        .waitFor({ timeout: 20_000 })
        .then(...bothWays)
    }, patience)
    .toBe(true)
}

describe('the files of a pull request', { timeout: 600_000 }, () => {
  test('take several suggestions as one commit by keys, and show them at once, also to others', async () => {
    const { mara, tobias } = demo
    const { page } = mara
    demo.showOnFailure(page)
    const pull = await openPull('harbour-suggested', 'Add lights')
    for (const [line, words] of [
      [2, 'export const lights = 3'],
      [3, "export const name = 'north pier'"],
    ] as const) {
      await ask('tobias-okafor', 'POST', `/pulls/${pull.number}/comments`, {
        ...{ path: 'harbour-suggested.ts', line, side: 'RIGHT', commit_id: pull.head.sha },
        body: `\`\`\`suggestion\n${words}\n\`\`\``,
      })
    }
    await openFiles(page, pull)
    await openFiles(tobias.page, pull)
    const add = page.getByRole('button', { name: 'Add to batch' })
    await expect.poll(() => add.count(), patience).toBe(2)
    await add.first().press('Enter')
    await add.first().press('Enter')
    const bar = page.getByRole('form', { name: 'Collected suggestions' })
    await bar.getByText('2 suggestions').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    await bar.getByRole('button', { name: 'Commit suggestions' }).press('Enter')
    for (const looking of [page, tobias.page]) {
      await looking.locator('code', { hasText: "'north pier'" }).first().waitFor(patience)
      await expect
        .poll(() => looking.getByRole('button', { name: 'Unresolve conversation' }).count(), patience)
        .toBe(2)
      expect(await looking.getByRole('button', { name: 'Apply suggestion' }).count()).toBe(0)
    }
    await bar.waitFor({ state: 'detached' })
    const [newest, before] = await ask<{ sha: string; commit: { message: string } }[]>(
      'mara-lindqvist',
      'GET',
      `/commits?sha=${pull.head.ref}`,
    )
    expect(newest!.commit.message).toMatch(
      /^Apply suggestions from code review\n\nCo-authored-by: tobias-okafor/,
    )
    expect(before!.sha).toBe(pull.head.sha)
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })

  test('show what checks say at its line, and hide it by a key', async () => {
    const { mara } = demo
    const { page } = mara
    demo.showOnFailure(page)
    await openFiles(page, await openPull('harbour-red', 'Add lights [red]'))
    const note = page.getByRole('complementary', { name: 'Error on line 1 of harbour-red.ts' })
    await note.first().waitFor({ timeout: 240_000 })
    await note.first().getByText('harbour-red.ts is not as expected').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)
    const toggle = page.getByRole('button', { name: /^Annotations/ })
    await toggle.press('Enter')
    await expect.poll(() => note.count()).toBe(0)
    await toggle.press('Enter')
    await note.first().waitFor()
    expect(mara.complaints).toEqual([])
  })
})
