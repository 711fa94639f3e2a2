import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * Starts a Chromium: the one of CHROMIUM_PATH, an installed one, or, for root on a Debian, one that is installed
 * first. Throws with what to do when there is none: a journey that is not walked proves nothing.
 */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? installChromium(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH
  if (named && !existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`)
  return named ?? places.find((place) => existsSync(place))
}

function installChromium(): string {
  const missing =
    'The browser tests need Chromium. Install it (Debian: `apt-get install chromium`) or set CHROMIUM_PATH.'
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(missing)
  const options = { stdio: 'pipe', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  try {
    execFileSync('apt-get', ['update', '-q'], options)
    execFileSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], options)
  } catch (cause) {
    throw new Error(missing, { cause })
  }
  const installed = findChromium()
  if (!installed) throw new Error(missing)
  return installed
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResults {
  violations: {
    id: string
    impact: string
    help: string
    nodes: { html: string; failureSummary: string }[]
  }[]
}

/** Waits until nothing on the page is a skeleton of what comes. */
export async function loaded(page: Page): Promise<void> {
  const skeletons = page.getByRole('status', { name: 'Loading' })
  await expect.poll(() => skeletons.count()).toBe(0)
}

/** Animations that come to an end have come to it: colours are judged where they end, not on the way there. */
const comeToRest = `Promise.allSettled(
  document.getAnimations()
    .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
    .map(({ finished }) => finished),
)`

/** What axe finds on the page that shuts somebody out: one line for each serious or critical violation. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(comeToRest)
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary}`),
    )
}
