import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest'
import { loaded, openBrowser, seriousViolations } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { picturePath } from '../support/run-folder.ts'
import { typeLines } from '../support/signed-in-page.ts'

const repository = 'harborline/tide-api'
const title = 'The tide table ends at midnight'
const greeting = 'Seen by the harbour master, thank you.'

// Runs only for the issue of this journey: the demo's people open others all the time.
const source = `name: Harbour master
run-name: 'Answer to: \${{ github.event.issue.title }}'
on:
  issues:
    types: [opened]
jobs:
  look:
    name: Have a look
    if: github.event.issue.title == '${title}'
    steps:
      - id: verdict
        uses: hub/set-output
        with:
          words: ${greeting}
    outputs:
      words: \${{ steps.verdict.outputs.words }}
  answer:
    name: Answer
    needs: look
    steps:
      - name: Say so
        uses: github/comment
        with:
          body: \${{ needs.look.outputs.words }}
`

let hub: HubProcess
let browser: Browser
let context: BrowserContext
let page: Page
/** The address of the run that the workflow made. */
let run: string
/** What the page complained of in the console: a refused style or script, an answer that it did not expect. */
const complaints: string[] = []

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  // Patience for a busy machine: each wait ends with what it waits for.
  page.setDefaultTimeout(60_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
}, 300_000)

beforeEach(() => {
  onTestFailed(async () => {
    const path = picturePath('journey')
    await page.screenshot({ path })
    console.error(`The page was ${page.url()}, see ${path}. The hub said:\n${hub.output()}`)
  })
})

afterAll(async () => {
  await browser?.close()
  // Politely first: the local GitHub writes its state down before it goes.
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

describe('a new user in a browser', { timeout: 400_000 }, () => {
  test('signs in, sees GitHub move the page, and a workflow answer on GitHub', async () => {
    // Sign in through the local GitHub, as its owner: one click.
    await page.goto(hub.url)
    await page.getByRole('link', { name: /Mara Lindqvist/ }).click()
    await page.waitForURL(`${hub.url}/`)

    // Repositories appear.
    await goTo('Repositories')
    await page.getByRole('link', { name: repository, exact: true }).waitFor()

    // A workflow is written in the editor and saved.
    await goTo('Workflows')
    await page.getByRole('link', { name: 'New workflow' }).first().click()
    await page.getByRole('textbox', { name: 'Workflow source' }).click()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await typeLines(page, source)
    await page.getByRole('button', { name: /^Answer 1 step/ }).waitFor()
    await page.getByText('No problems').waitFor()
    await page.keyboard.press('Control+S')
    await page.getByRole('heading', { name: 'Harbour master' }).waitFor()

    // The hub has asked GitHub to tell it what happens there.
    await expect
      .poll(() => askGithub('mara-lindqvist', 'GET', `/repos/${repository}/hooks`), { timeout: 60_000 })
      .toHaveLength(1)

    // Somebody opens an issue on GitHub: it shows up on the page that is open, without a reload.
    await goTo('Repositories')
    await page.getByRole('link', { name: repository, exact: true }).click()
    await page
      .getByRole('navigation')
      .getByRole('link', { name: /^Issues/ })
      .last()
      .click()
    await page.getByText(/^live/).waitFor()
    await page.evaluate('window.loadedBefore = true')
    const { number } = await askGithub<{ number: number }>(
      'sam-whitlock',
      'POST',
      `/repos/${repository}/issues`,
      {
        title,
      },
    )
    await page.getByRole('link', { name: title }).first().waitFor()
    expect(await page.evaluate('window.loadedBefore')).toBe(true)

    // The workflow that it triggers is seen to finish.
    await goTo('Runs')
    await page.getByRole('link', { name: `Answer to: ${title}` }).click()
    const graph = page.getByRole('region', { name: /^Jobs of/ })
    await graph.getByRole('button', { name: /^Succeeded Have a look/ }).waitFor()
    await graph.getByRole('button', { name: /^Succeeded Answer/ }).waitFor()
    await page.getByRole('banner').or(page.locator('header')).getByText('Succeeded').first().waitFor()

    run = page.url()

    // Its comment is on GitHub, in the name of the workflow's maker.
    const comments = await askGithub<{ body: string; user: { login: string } }[]>(
      'sam-whitlock',
      'GET',
      `/repos/${repository}/issues/${number}/comments`,
    )
    expect(comments.map(({ body, user }) => [body, user.login])).toContainEqual([
      expect.stringContaining(greeting),
      'mara-lindqvist',
    ])
  })

  test('sees a push run on GitHub, and every webhook applied', async () => {
    await page.goto(`${hub.url}/repos/${repository}/actions`)
    await page.getByText(/^live/).waitFor()
    const message = 'Round tides to whole centimetres'
    await askGithub('priya-raman', 'PUT', `/repos/${repository}/contents/rounding.txt`, {
      message,
      content: Buffer.from('1 cm').toString('base64'),
    })
    await page.getByRole('link', { name: message }).first().waitFor()
    await page.goto(`${hub.url}/deliveries?state=failed`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await loaded(page)
    expect(await page.locator('[data-row]').allInnerTexts()).toEqual([])
  })

  test('is shut out of no main page, light or dark', async () => {
    const pages = [
      ...[
        '/',
        '/repos',
        `/repos/${repository}`,
        ...['branches', 'tags', 'deployments', 'releases', 'discussions', 'people', 'security'].map(
          (tab) => `/repos/${repository}/${tab}`,
        ),
        ...['labels', 'milestones', 'issues/new', 'pulls/new'].map((tab) => `/repos/${repository}/${tab}`),
        '/issues',
        '/pulls',
        '/actions',
        '/workflows',
        '/workflows/new',
      ],
      ...[
        '/runs',
        run,
        `${run}?view=timeline`,
        '/deliveries',
        '/activity',
        '/inbox',
        '/search',
        '/insights',
        '/security',
        '/api/docs',
      ],
      ...[
        '/settings',
        '/settings/tokens',
        '/settings/secrets',
        '/settings/sync',
        '/settings/people',
        '/settings/audit',
      ],
    ]
    const found: string[] = []
    for (const address of pages) {
      await page.goto(new URL(address, hub.url).href)
      await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' })
      await loaded(page)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        for (const violation of await seriousViolations(page))
          found.push(`${address} ${colorScheme}: ${violation}`)
      }
    }
    expect(found).toEqual([])
    expect(complaints).toEqual([])
  })
})

/** Goes to a section by the sidebar; what the page before shows is gone then. */
async function goTo(section: string): Promise<void> {
  await page.getByRole('link', { name: section }).first().click()
  await page.getByRole('heading', { level: 1, name: section }).waitFor()
}

/** Asks the local GitHub's REST API as one of its people, as a program of theirs would. */
async function askGithub<T>(login: string, method: string, path: string, body?: unknown): Promise<T> {
  const kept = JSON.parse(readFileSync(join(hub.dataDir, 'demo', 'local-github.json'), 'utf8'))
  const response = await fetch(`http://127.0.0.1:${kept.port}${path}`, {
    method,
    headers: { authorization: `Bearer ${kept.personTokens[login]}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`GitHub answered ${response.status}: ${await response.text()}`)
  return response.json() as Promise<T>
}
