import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { openSignedInPage, typeLines } from '../support/signed-in-page.ts'

/** Holds every letter that does something elsewhere: `/`, `?`, `g` before each section's letter, `j`, `k`, `x`. */
const source = `name: gi gh gr gp ga gw gu gd gy gs?
on:
  push:
    branches: [main, 'release/**']
jobs:
  jinx:
    steps:
      - name: j k x ? / and /repos
        uses: hub/set-output
        with:
          words: Is it gi/gs, or not?`

let hub: HubProcess
let browser: Browser
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[hub, browser] = await Promise.all([startHubProcess({ args: ['--demo'] }), openBrowser()])
  ;({ page, complaints } = await openSignedInPage(browser, hub))
}, 300_000)

beforeEach(async () => {
  await page.goto(hub.url)
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
})

afterAll(async () => {
  await browser?.close()
  await hub?.stop()
  await hub?.[Symbol.asyncDispose]()
})

describe('keys', { timeout: 180_000 }, () => {
  test('a whole workflow is typed into the editor as it is, key by key', async () => {
    await page.goto(`${hub.url}/workflows/new`)
    const editor = page.getByRole('textbox', { name: 'Workflow source' })
    await editor.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await typeLines(page, source)
    expect(new URL(page.url()).pathname).toBe('/workflows/new')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await linesOf(editor)).toEqual(source.split('\n'))
    // Left on purpose, it asks: nothing typed is lost by a key either.
    await page.getByRole('link', { name: 'Repositories' }).first().click()
    await page.getByRole('button', { name: 'Leave without saving' }).click()
    await page.getByRole('heading', { name: 'Repositories', level: 1 }).waitFor()
  })

  test('the editor is left by Escape and Tab', async () => {
    await page.goto(`${hub.url}/workflows/new`)
    const editor = page.getByRole('textbox', { name: 'Workflow source' })
    await editor.click()
    await page.keyboard.press('Tab')
    expect(await focusIsIn('[contenteditable]')).toBe(true)
    await page.keyboard.press('Control+Z')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await focusIsIn('[contenteditable]')).toBe(false)
  })

  test('typing into a field of any sort does nothing else', async () => {
    const typed = '/gi?jkx gs'
    await page.goto(`${hub.url}/issues`)
    const filter = page.getByRole('combobox', { name: 'Filter issues' })
    await filter.click()
    await page.keyboard.press('Control+A')
    await page.keyboard.type(typed)
    expect(await filter.inputValue()).toBe(typed)
    expect(new URL(page.url()).pathname).toBe('/issues')

    // What no page has today but a part of one may bring: all sorts of fields, also in a shadow root of their own.
    await page.evaluate(plantFields)
    for (const field of ['textarea', 'editable', 'role', 'shadow', 'deep']) {
      await page.evaluate(`window.planted[${JSON.stringify(field)}].focus()`)
      await page.keyboard.type(typed)
      const text = await page.evaluate(
        `(({ value, textContent }) => value ?? textContent)(window.planted[${JSON.stringify(field)}])`,
      )
      if (field !== 'role') expect([field, text]).toEqual([field, typed])
      expect([field, new URL(page.url()).pathname]).toEqual([field, '/issues'])
      expect([field, await page.getByRole('dialog').count()]).toEqual([field, 0])
    }
    // An input method that is composing: its keys are its own, wherever they land.
    await page.evaluate(`
      document.activeElement.blur()
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', isComposing: true, bubbles: true, composed: true }))
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', keyCode: 229, bubbles: true, composed: true }))
    `)
    await page.evaluate('new Promise(requestAnimationFrame)')
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('elsewhere g and a letter goes to each section, / and Ctrl K search', async () => {
    const places = {
      r: 'Repositories',
      p: 'Pull requests',
      i: 'Issues',
      a: 'Actions',
      w: 'Workflows',
      u: 'Runs',
      d: 'Deliveries',
      y: 'Activity',
      s: 'Settings',
      h: 'Home',
    }
    for (const [letter, section] of Object.entries(places)) {
      await page.keyboard.press('g')
      await page.keyboard.press(letter)
      await page.getByRole('heading', { name: section, level: 1, exact: true }).waitFor()
    }
    for (const key of ['/', 'Control+k']) {
      await page.keyboard.press(key)
      const search = page.getByRole('combobox', { name: 'Search or go to' })
      await search.waitFor()
      await page.keyboard.type('gi?/')
      expect(await search.inputValue()).toBe('gi?/')
      await page.keyboard.press('Escape')
      await search.waitFor({ state: 'detached' })
    }
  })

  test('j and k walk the rows, enter opens one', async () => {
    await page.goto(`${hub.url}/repos`)
    const rows = page.locator('[data-row]')
    await rows.nth(2).waitFor()
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    const second = await rows.nth(1).innerText()
    expect(await page.evaluate('document.activeElement.innerText')).toBe(second)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: second }).waitFor()
  })

  test('? lists every shortcut that is bound', async () => {
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.waitFor()
    const text = await help.innerText()
    for (const words of [
      'Search or go to',
      'Go to Issues',
      'Next row',
      'Walk from job to job',
      'Save the workflow',
    ])
      expect(text).toContain(words)
    // Its own letters do nothing while it is open.
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    expect(new URL(page.url()).pathname).toBe('/')
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    // And it is found without knowing its key.
    await page.getByRole('button', { name: /: menu$/ }).click()
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
    await help.waitFor()
    expect(complaints).toEqual([])
  })
})

/** The lines of a CodeMirror as it draws them. */
async function linesOf(editor: ReturnType<Page['getByRole']>): Promise<string[]> {
  return editor.locator('.cm-line').allTextContents()
}

/** Whether what has the focus, however deep in shadow roots, matches. */
function focusIsIn(selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`(() => {
    let focused = document.activeElement
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
    return focused?.matches(${JSON.stringify(selector)}) ?? false
  })()`)
}

const plantFields = `(() => {
  const place = document.createElement('div')
  document.querySelector('main').append(place)
  place.innerHTML = '<textarea></textarea><p contenteditable></p><span role="textbox" tabindex="0"></span><div></div>'
  const [textarea, editable, role, host] = place.children
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.innerHTML = '<input><div></div>'
  const deepHost = shadow.lastChild
  const deep = deepHost.attachShadow({ mode: 'open' })
  deep.innerHTML = '<p contenteditable="plaintext-only"></p>'
  window.planted = { textarea, editable, role, shadow: shadow.firstChild, deep: deep.firstChild }
})()`
