/**
 * How soon the diff of 5,000 changed lines can be used: from the press on "Files" until lines stand there and the page
 * answers again, unified and side by side, and the longest pause while one scrolls through all of it. A hub with sample
 * data, a real Chromium. Prints JSON: milliseconds, medians with minimum and maximum (target: 300 ms).
 */
import { askLocalGithub } from '../tests/support/ask-local-github.ts'
import { openBrowser } from '../tests/support/browser.ts'
import { startHubProcess } from '../tests/support/hub-process.ts'
import { openSignedInPage } from '../tests/support/signed-in-page.ts'
import { describeMachine, summarise } from './support/measure.ts'

const changedLines = 5_000
const runs = 7
const repository = 'harborline/tide-api'
/** Each drawn line offers to comment on it. */
const line = 'button[aria-label^="Comment on line"]'

/** Runs in the page: presses the tab, and waits until lines are painted and nothing holds the page. */
const untilUsable = `(async () => {
  const tab = [...document.querySelectorAll('nav a')].find((link) => link.textContent.startsWith('Files'))
  const frame = () => new Promise(requestAnimationFrame)
  const began = performance.now()
  tab.click()
  while (!document.querySelector('${line}')) await frame()
  await frame()
  await new Promise((done) => setTimeout(done))
  return performance.now() - began
})()`

/** Runs in the page: scrolls a screen a frame, and answers with the longest frame. */
const scrollThrough = `(async () => {
  const frame = () => new Promise(requestAnimationFrame)
  let longest = 0
  let last = await frame()
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight) {
    scrollTo({ top: at, behavior: 'instant' })
    const now = await frame()
    longest = Math.max(longest, now - last)
    last = now
  }
  return longest
})()`

await using hub = await startHubProcess({ args: ['--demo'] })
const browser = await openBrowser()
try {
  const number = await openLargePull()
  const { page } = await openSignedInPage(browser, hub)
  const address = `${hub.url}/repos/${repository}/pulls/${number}`
  await page.goto(`${address}/files`)
  await page.locator(line).first().waitFor({ timeout: 120_000 })

  const measure = async (layout: string) => {
    const times: number[] = []
    await page.getByRole('button', { name: layout, exact: true }).click()
    for (let run = 0; run < runs; run++) {
      await page.getByRole('link', { name: 'Conversation' }).click()
      await page.getByRole('list', { name: 'Conversation' }).waitFor()
      times.push(await page.evaluate<number>(untilUsable))
    }
    return summarise(times)
  }
  const unified = await measure('Unified')
  const split = await measure('Split')
  const longestFrame = summarise([await page.evaluate<number>(scrollThrough)])
  console.log(JSON.stringify({ ...describeMachine(), changedLines, unified, split, longestFrame }, null, 2))
} finally {
  await browser.close()
  await hub.stop()
}

/** A pull request that adds one file of so many lines, as soon as the hub knows it. */
async function openLargePull(): Promise<number> {
  const ask = <T>(method: string, path: string, body?: object) =>
    askLocalGithub<T>(hub, 'mara-lindqvist', method, `/repos/${repository}${path}`, body)
  const { object } = await ask<{ object: { sha: string } }>('GET', '/git/ref/heads/main')
  await ask('POST', '/git/refs', { ref: 'refs/heads/large', sha: object.sha })
  const text = Array.from(
    { length: changedLines },
    (_, at) => `export const level${at} = depth(${at}, 'pier ${at}') // above the chart datum`,
  ).join('\n')
  const content = Buffer.from(`${text}\n`).toString('base64')
  await ask('PUT', '/contents/levels.ts', { message: 'Add levels', branch: 'large', content })
  return (await ask<{ number: number }>('POST', '/pulls', { title: 'Large', head: 'large', base: 'main' }))
    .number
}
