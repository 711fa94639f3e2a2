import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, openDemo } from '../support/open-demo.ts'

const repository = 'harborline/tide-api'
let demo: Demo
let hub: Demo['hub']
let mara: Demo['mara']
let tobias: Demo['tobias']
let showOnFailure: Demo['showOnFailure']

beforeAll(async () => {
  demo = await openDemo('acting')
  ;({ hub, mara, tobias, showOnFailure } = demo)
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

/** Whether something came to be. */
const bothWays = [() => true, () => false] as const

/** On a machine that is busy with much else. */
const patience = { timeout: 120_000 }

describe('an issue', { timeout: 300_000 }, () => {
  test('is opened, answered, labelled, assigned and closed by keys, and others see it happen', async () => {
    const { page } = mara
    showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByRole('link', { name: 'New issue' }).click()
    await page.getByRole('link', { name: 'Blank issue' }).click()
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

    const bug = page.getByRole('option', { name: /bug/ }).first()
    // The first sync may still be reading the labels.
    await expect
      .poll(
        async () => {
          await page.getByRole('button', { name: 'Change labels' }).press('Enter')
          await page.getByRole('combobox', { name: 'Filter labels' }).fill('bug')
          const isThere = await bug.waitFor({ timeout: 3_000 }).then(...bothWays)
          if (!isThere) await page.keyboard.press('Escape')
          return isThere
        },
        { timeout: 120_000 },
      )
      .toBe(true)
    await bug.click()
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

describe('a pull request', { timeout: 300_000 }, () => {
  test('is renamed, closed with a comment and opened again, on GitHub too', async () => {
    const { page } = mara
    showOnFailure(page)
    const { number } = await openPull('harbour-bells')
    const onGithub = () => askGithub<{ title: string; state: string }>('GET', `/pulls/${number}`)
    await page.goto(`${hub.url}/repos/${repository}/pulls/${number}`)
    await page.getByRole('button', { name: 'Edit title' }).press('Enter')
    await page.getByLabel('Title', { exact: true }).press('End')
    await page.keyboard.type(' and whistles')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /harbour-bells and whistles/ }).waitFor()
    await expect.poll(async () => (await onGithub()).title, patience).toBe('harbour-bells and whistles')

    await page.getByLabel('Add a comment').click()
    await page.keyboard.type('Not this year.')
    await page.getByRole('button', { name: 'Close with comment' }).press('Enter')
    await page.getByText('Closed', { exact: true }).first().waitFor()
    await page.getByText('Not this year.').waitFor()
    await expect.poll(async () => (await onGithub()).state, patience).toBe('closed')
    await page.getByRole('button', { name: 'Reopen pull request' }).press('Enter')
    await expect.poll(async () => (await onGithub()).state, patience).toBe('open')
    await page.getByText('Open', { exact: true }).first().waitFor()
    expect(mara.complaints).toEqual([])
  })

  test('has its thread answered, reacted to and resolved, its commits and checks shown, live for who looks on', async () => {
    const { page } = tobias
    showOnFailure(page)
    const { title, number } = await openPull('harbour-buoys')
    const address = `${hub.url}/repos/${repository}/pulls/${number}`
    await page.goto(`${address}/files`)
    await page
      .getByRole('button', { name: `Comment on line 2 of ${title}.ts` })
      .first()
      .press('Enter')
    await page.getByLabel('Comment on line 2', { exact: true }).fill('Three of them.')
    await page.getByRole('button', { name: 'Add a suggestion' }).press('Enter')
    const written = page.getByLabel('Comment on line 2', { exact: true })
    expect(await written.inputValue()).toContain('```suggestion\nexport const lights = 2\n```')
    await written.fill((await written.inputValue()).replace('lights = 2', 'lights = 3'))
    await page.keyboard.press('Control+Enter')
    await page.getByText('Suggested change').waitFor()
    await page.getByText('+ export const lights = 3').waitFor()

    await mara.page.goto(address)
    await mara.page.getByText('Suggested change').waitFor()
    await mara.page.getByRole('button', { name: 'Reply' }).press('Enter')
    await mara.page.getByLabel('Reply', { exact: true }).fill('So be it.')
    await mara.page.keyboard.press('Control+Enter')
    await page.getByText('So be it.').waitFor()
    const heart = { name: 'heart: 1' }
    await page.getByRole('button', { name: 'Add a reaction' }).last().press('Enter')
    await page.getByRole('button', { name: 'heart: 0' }).press('Enter')
    await mara.page.getByRole('button', heart).waitFor()
    await page.getByRole('button', { ...heart, pressed: true }).press('Enter')
    await mara.page.getByRole('button', heart).waitFor({ state: 'detached' })
    await mara.page.getByRole('button', { name: 'Resolve conversation' }).press('Enter')
    await mara.page.getByText('Resolved', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Unresolve conversation' }).waitFor()

    const tabs = mara.page.getByRole('navigation', { name: 'Pull request' })
    await tabs.getByRole('link', { name: 'Commits' }).press('Enter')
    await mara.page.getByRole('list', { name: 'Commits' }).getByText('Add lights').waitFor()
    await tabs.getByRole('link', { name: 'Checks' }).press('Enter')
    await mara.page.getByRole('region', { name: 'Checks' }).waitFor()
    expect(await seriousViolations(mara.page)).toEqual([])
    expect(await seriousViolations(page)).toEqual([])
    expect([...mara.complaints, ...tobias.complaints]).toEqual([])
  })

  test('is opened from a branch, as a draft', async () => {
    const { page } = mara
    showOnFailure(page)
    const { title, number } = await openPull('harbour-ropes')
    await askGithub('PATCH', `/pulls/${number}`, { state: 'closed' })
    await page.goto(`${hub.url}/repos/${repository}/pulls`)
    await page.getByRole('link', { name: 'Open pull request' }).click()
    await expect
      .poll(
        () =>
          page
            .getByLabel('Compare')
            .selectOption(title, { timeout: 5_000 })
            .then(...bothWays),
        patience,
      )
      .toBe(true)
    await page.getByLabel('Title').fill('Ropes again')
    await page.getByRole('checkbox', { name: /It is a draft/ }).check()
    await page.getByRole('button', { name: 'Draft pull request' }).click()
    await page.getByRole('heading', { name: /Ropes again #\d+/ }).waitFor()
    await page.getByText('This is a draft').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    expect(mara.complaints).toEqual([])
  })
})

/** Opens a pull request on GitHub, as its owner, that adds one file. */
async function openPull(title: string): Promise<{ title: string; number: number }> {
  const { object } = await askGithub<{ object: { sha: string } }>('GET', '/git/ref/heads/main')
  await askGithub('POST', '/git/refs', { ref: `refs/heads/${title}`, sha: object.sha })
  await askGithub('PUT', `/contents/${title}.ts`, {
    ...{ message: 'Add lights', branch: title },
    content: Buffer.from("// The lights\nexport const lights = 2\nexport const name = 'pier'\n").toString(
      'base64',
    ),
  })
  return await askGithub('POST', '/pulls', { title, head: title, base: 'main' })
}

async function askGithub<T>(method: string, path: string, body?: object): Promise<T> {
  return await askLocalGithub<T>(hub, 'mara-lindqvist', method, `/repos/${repository}${path}`, body)
}
