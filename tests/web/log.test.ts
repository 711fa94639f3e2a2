import { describe, expect, test } from 'vitest'
import { readAnsi } from '../../web/src/log/ansi.ts'
import { groupAround, readPlace, rowsOfLog } from '../../web/src/log/log-rows.ts'
import { findLines, lineOf, readLog } from '../../web/src/log/log-text.ts'
import { sectionsOf } from '../../web/src/log/sections.ts'

const at = (second: number, fraction = 0) =>
  `2026-01-01T00:00:${String(second).padStart(2, '0')}.${String(fraction).padStart(7, '0')}Z`
const logOf = (...lines: string[]) =>
  readLog(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')))
const step = (number: number, second: number, conclusion = 'success') => ({
  ...{ name: `step ${number}`, number, status: 'completed', conclusion },
  ...{ started_at: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, completed_at: null },
})

const log = logOf(
  `${at(0)} Current runner version`,
  `${at(1, 1)} Complete job name: test`,
  `${at(1, 5)} ##[group]Run make`,
  `${at(1, 6)} shell: bash`,
  `${at(1, 7)} ##[endgroup]`,
  `${at(2)} \u001b[32mgreen\u001b[0m Ünicode`,
  `${at(3)} ##[error]It BROKE`,
  `${at(4)} Cleaning up orphan processes`,
)

describe('a log', () => {
  test('is read line by line, with times and commands apart', () => {
    expect(log.count).toBe(8)
    expect(lineOf(log, 2)).toEqual({ at: at(1, 5), text: 'Run make', mark: 'group' })
    expect(lineOf(log, 6)).toMatchObject({ text: 'It BROKE', mark: 'error' })
    const bare = readLog(new TextEncoder().encode('no time\nand no end'))
    expect([lineOf(bare, 0), lineOf(bare, 1)]).toMatchObject([
      { at: '', text: 'no time' },
      { at: '', text: 'and no end' },
    ])
    expect(readLog(new Uint8Array()).count).toBe(0)
  })

  test('gives each step its lines, though GitHub tells starts to the second only', () => {
    const sections = sectionsOf(log, [step(1, 0), step(2, 1), step(3, 2, 'skipped'), step(4, 4)])
    expect(sections.map(({ first, end }) => [first, end])).toEqual([
      [0, 2],
      [2, 7],
      [0, 0],
      [7, 8],
    ])
  })

  test('is searched whatever the case, but not in its times', () => {
    expect(findLines(log, 'broke')).toEqual([6])
    expect(findLines(log, '2026')).toEqual([])
    expect(findLines(log, 'ünicode')).toEqual([])
    expect(findLines(log, 'nicode')).toEqual([5])
    expect(findLines(log, '')).toEqual([])
    expect(findLines(log, 'e', 2)).toEqual([0, 1])
  })

  test('folds groups, and shows the lines of open steps only', () => {
    const sections = sectionsOf(log, [step(1, 0), step(2, 1), step(4, 4)])
    const shown = (open: number[], unfolded: number[] = []) =>
      rowsOfLog(log, sections, { open: new Set(open), unfolded: new Set(unfolded) }).map((row) =>
        row.kind === 'step' ? `step ${row.section.step.number}` : row.line,
      )
    expect(shown([])).toEqual(['step 1', 'step 2', 'step 4'])
    expect(shown([2])).toEqual(['step 1', 'step 2', 2, 5, 6, 'step 4'])
    expect(shown([2], [2])).toEqual(['step 1', 'step 2', 2, 3, 5, 6, 'step 4'])
    expect([2, 3, 4, 5].map((line) => groupAround(log, sections[1]!, line))).toEqual([null, 2, 2, null])
    expect(readPlace('step:4:12')).toEqual({ step: 4, line: 12 })
    expect(readPlace('elsewhere')).toBeNull()
  })
})

describe('the colours of a line', () => {
  const looks = (line: string) => readAnsi(line).map(({ text, colour, bold }) => [text, colour, bold])
  test('are those of terminals', () => {
    expect(looks('plain')).toEqual([['plain', null, false]])
    expect(looks('\u001b[36;1mrun\u001b[0m on')).toEqual([
      ['run', 6, true],
      [' on', null, false],
    ])
    expect(looks('\u001b[91mred')).toEqual([['red', 9, false]])
    expect(looks('\u001b[38;5;196mred\u001b[39m\u001b[38;2;1;2;3mown')).toEqual([
      ['red', '#ff0000', false],
      ['own', '#010203', false],
    ])
  })
  test('come without whatever else a terminal would do', () => {
    expect(looks('\u001b[2K\u001b[1Gdone \u001b]8;;https://a\u0007link\u001b]8;;\u0007')).toEqual([
      ['done ', null, false],
      ['link', null, false],
    ])
    expect(looks('<b>\u001b[m&amp;')).toEqual([
      ['<b>', null, false],
      ['&amp;', null, false],
    ])
  })
})
