import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askLocalGithub } from '../support/ask-local-github.ts'
import { seriousViolations } from '../support/browser.ts'
import { type Demo, fitsPhone, openDemo } from '../support/open-demo.ts'

const repository = 'harborline/tide-api'
let demo: Demo
beforeAll(async () => {
  demo = await openDemo('templates')
}, 300_000)
afterAll(() => demo?.[Symbol.asyncDispose]())

const patience = { timeout: 120_000 }

interface OpenedIssue {
  title: string
  body: string
  labels: { name: string }[]
}

describe('a new issue', { timeout: 300_000 }, () => {
  test('is filled in by keys in the form of its repository, and written as GitHub writes it', async () => {
    const { hub, mara } = demo
    const { page } = mara
    demo.showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/issues`)
    await page.getByRole('link', { name: 'New issue' }).press('Enter')
    const templates = page.getByRole('list', { name: 'Templates' })
    await templates.getByRole('link', { name: 'An idea' }).waitFor()
    await templates.getByRole('link', { name: 'Questions about tides' }).waitFor()
    await templates.getByRole('link', { name: 'Blank issue' }).waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)

    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Something is wrong' }).waitFor()
    await page.waitForURL(/template=1-bug\.yml/)
    await page.getByText('It will be labelled bug.').waitFor(patience)
    expect(await page.getByLabel('Title').inputValue()).toBe('Wrong: ')
    await page.getByLabel('Title').press('End')
    await page.keyboard.type('the gauge sleeps')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Station is needed.').waitFor()
    await page.getByText('Needed: I have looked for the same issue').last().waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await fitsPhone(page)

    // The first that is missing has the focus.
    await page.keyboard.type('2179')
    await page.getByRole('checkbox', { name: 'API' }).press('Space')
    await page.getByRole('checkbox', { name: 'Website' }).press('Space')
    await page.getByLabel('Log').click()
    await page.keyboard.type('level: NaN')
    await page.getByRole('checkbox', { name: /I have looked/ }).press('Space')
    await page.keyboard.press('Control+Enter')
    await page.getByRole('heading', { name: /Wrong: the gauge sleeps #\d+/ }).waitFor(patience)
    await page.getByRole('heading', { name: 'Station' }).waitFor()
    const number = Number(/\d+$/.exec(page.url())?.[0])
    const opened = await askLocalGithub<OpenedIssue>(
      hub,
      'mara-lindqvist',
      'GET',
      `/repos/${repository}/issues/${number}`,
    )
    expect(opened.labels.map(({ name }) => name)).toEqual(['bug'])
    expect(opened.body).toBe(
      [
        '### Station\n\n2179',
        '### What happened?\n\n1. I looked at …\n2. It said …',
        '### Where did you see it?\n\nWebsite, API',
        '### Since when?\n\nToday',
        '### Log\n\n```shell\nlevel: NaN\n```',
        '### Pictures\n\n_No response_',
        '### Before you send it\n\n- [x] I have looked for the same issue\n- [ ] I can help to mend it',
      ].join('\n\n'),
    )
    expect(mara.complaints).toEqual([])
  })

  test('begins with the text of a template, or of none', async () => {
    const { hub, mara } = demo
    const { page } = mara
    demo.showOnFailure(page)
    await page.goto(`${hub.url}/repos/${repository}/issues/new`)
    await page.getByRole('link', { name: 'An idea' }).press('Enter')
    const text = page.getByLabel('Description')
    await text.waitFor()
    expect(await text.inputValue()).toContain('**What is missing?**')
    await page.goBack()
    await page.getByRole('link', { name: 'Blank issue' }).press('Enter')
    await text.waitFor()
    expect(await text.inputValue()).toBe('')

    await page.goto(`${hub.url}/repos/${repository}/pulls/new`)
    await expect
      .poll(() => page.getByLabel('Description').inputValue(), patience)
      .toContain('## How to see it')
    expect(mara.complaints).toEqual([])
  })
})
