import type { Element, Nodes } from 'hast'
import { describe, expect, test } from 'vitest'
import { addressOf, isOfGithub } from '../../web/src/markdown/addresses.ts'
import { readMarkdown } from '../../web/src/markdown/read-markdown.ts'

const place = { github: 'https://github.com', repository: 'harborline/tide-api' }

/** All elements that a text becomes. */
function elementsOf(text: string): Element[] {
  const found: Element[] = []
  const walk = (node: Nodes) => {
    if (node.type === 'element') found.push(node)
    if ('children' in node) for (const child of node.children) walk(child as Nodes)
  }
  walk(readMarkdown(text, place))
  return found
}
const tagsOf = (text: string) => [...new Set(elementsOf(text).map(({ tagName }) => tagName))]
const linksOf = (text: string) =>
  elementsOf(text)
    .filter(({ tagName }) => tagName === 'a')
    .map(({ properties }) => properties.href)

describe('Markdown', () => {
  test('has what GitHub has: tables, task lists, strikethrough, footnotes, line breaks, HTML', () => {
    expect(tagsOf('|a|b|\n|-|-:|\n|1|2|')).toEqual(['table', 'thead', 'tr', 'th', 'tbody', 'td'])
    const boxes = elementsOf('- [x] done\n- [ ] open').filter(({ tagName }) => tagName === 'input')
    expect(boxes.map(({ properties }) => properties.checked === true)).toEqual([true, false])
    expect(tagsOf('~~gone~~ and\nnext line')).toEqual(['p', 'del', 'br'])
    expect(tagsOf('<details><summary>More</summary>\n\n**strong**\n</details>')).toEqual([
      'details',
      'summary',
      'p',
      'strong',
    ])
    const note = elementsOf('Said[^1]\n\n[^1]: by whom')
    const reference = note.find(({ properties }) => properties.dataFootnoteRef !== undefined)!
    const target = String(reference.properties.href).slice(1)
    expect(note.map(({ properties }) => properties.id)).toContain(target)
  })

  test.each([
    ['see #12', ['/repos/harborline/tide-api/issues/12']],
    ['GH-7, and ferry/boats#3.', ['/repos/harborline/tide-api/issues/7', '/repos/ferry/boats/issues/3']],
    ['thanks @mara-lindqvist!', ['https://github.com/mara-lindqvist']],
    [
      'since a5c3785ed8d6a35868bc169f07e40e889087fd2e',
      ['https://github.com/harborline/tide-api/commit/a5c3785ed8d6a35868bc169f07e40e889087fd2e'],
    ],
    [
      'in a5c3785 or ferry/boats@a5c3785',
      [
        'https://github.com/harborline/tide-api/commit/a5c3785',
        'https://github.com/ferry/boats/commit/a5c3785',
      ],
    ],
    ['www.example.com and https://example.com/a#12', ['http://www.example.com', 'https://example.com/a#12']],
    // What only looks like one.
    ['`#12` and `@mara`', []],
    ['[#12](https://example.com)', ['https://example.com']],
    ['a#12, &#35;12x, #12a, # 12, mail@example', []],
    ['defaced facade 1234567 effaced', []],
    ['```\n#12 @mara a5c3785\n```', []],
  ])('links in %s', (text, links) => {
    expect(linksOf(text)).toEqual(links)
  })

  test('never brings what could act', () => {
    const hostile = [
      '<script>pwned()</script>',
      '<img src=x onerror="pwned()">',
      '<a href="javascript:pwned()">a</a> [b](javascript:pwned()) [c](data:text/html,x)',
      '<iframe src="https://example.com"></iframe><object data="x"></object><embed src="x">',
      '<style>*{display:none}</style><link rel="stylesheet" href="https://example.com/x.css">',
      '<form action="/api/v1/tokens" method="post"><button>Go</button><input name="a" type="text"></form>',
      '<svg onload="pwned()"><a xlink:href="javascript:pwned()"><text>x</text></a></svg><math href="javascript:pwned()">',
      '<div id="root" name="body" style="position:fixed" class="x" tabindex="1" accesskey="g" onclick="pwned()">d</div>',
      '<meta http-equiv="refresh" content="0;url=https://example.com"><base href="https://example.com">',
    ].join('\n\n')
    const elements = elementsOf(hostile)
    expect(elements.map(({ tagName }) => tagName)).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(script|iframe|object|embed|style|link|form|button|svg|math|meta|base)$/),
      ]),
    )
    for (const { tagName, properties } of elements) {
      for (const [name, value] of Object.entries(properties)) {
        expect(name).not.toMatch(/^on|^style$|^id$|^name$|^tabIndex$|^accessKey$|^action$/)
        if (name === 'className') expect(['task-list-item']).toContain(value)
        if (name === 'href' || name === 'src')
          expect([tagName, String(value)]).not.toEqual([
            tagName,
            expect.stringMatching(/^(javascript|data):/i),
          ])
      }
    }
  })

  test('that is too deep, or too much, to be drawn is refused', () => {
    expect(() => readMarkdown('> '.repeat(150), place)).toThrow()
    expect(() => readMarkdown('<b>'.repeat(2_000), place)).toThrow()
    expect(() => readMarkdown('> '.repeat(20), place)).not.toThrow()
  })
})

test('addresses lead to GitHub, to a page of ours, or nowhere', () => {
  const link = (url: string) => addressOf(url, place, 'link')
  const image = (url: string) => addressOf(url, place, 'image')
  expect(link('docs/setup.md')).toBe('https://github.com/harborline/tide-api/blob/HEAD/docs/setup.md')
  expect(link('/docs/setup.md')).toBe('https://github.com/harborline/tide-api/blob/HEAD/docs/setup.md')
  expect(image('./tide.png')).toBe('https://github.com/harborline/tide-api/raw/HEAD/tide.png')
  expect(link('/repos/a/b/issues/1')).toBe('/repos/a/b/issues/1')
  expect(link('//evil.example/x')).toBe('https://evil.example/x')
  expect(link('mailto:a@example.com')).toBe('mailto:a@example.com')
  for (const url of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'blob:x',
    'file:///etc/passwd',
  ])
    expect([url, link(url)]).toEqual([url, null])
  expect(image('mailto:a@example.com')).toBeNull()

  expect(isOfGithub('https://user-images.githubusercontent.com/1/x.png', place)).toBe(true)
  expect(isOfGithub('https://github.com/user-attachments/assets/1', place)).toBe(true)
  for (const elsewhere of [
    'https://example.com/x.png',
    'https://githubusercontent.com.evil.example/x',
    'https://notgithub.com/x',
    'http://camo.githubusercontent.com/x',
  ])
    expect([elsewhere, isOfGithub(elsewhere, place)]).toEqual([elsewhere, false])
})
