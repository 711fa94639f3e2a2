import { describe, expect, it } from 'vitest'
import { resolveInputs } from '../../src/domain/workflow/resolve-inputs.ts'
import {
  cronProblem,
  nextSlot,
  planSchedule,
  scheduleText,
  timezoneProblem,
} from '../../src/domain/workflow/schedule.ts'

const time = (iso: string) => Date.parse(`${iso}Z`)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16))

describe('schedules', () => {
  it('count in UTC, also where clocks change', () => {
    expect(iso(nextSlot('30 2 * * *', time('2026-03-29T00:00')))).toBe('2026-03-29T02:30')
    expect(iso(nextSlot('0 9 * * MON', time('2026-11-23T09:00')))).toBe('2026-11-30T09:00')
    expect(nextSlot('0 0 29 2 *', time('2027-01-01T00:00'))).toBe(time('2028-02-29T00:00'))
  })

  it.each([
    ['20/15 * * * *', ['10:20', '10:35', '10:50', '11:20']],
    ['5-20/10,59 * * * *', ['10:05', '10:15', '10:59', '11:05']],
    ['0 11,12 * jan-FEB thu', ['11:00', '12:00']],
  ])('%s counts as on GitHub', (pattern, expected) => {
    let at = time('2026-01-01T09:59')
    for (const clock of expected) {
      at = nextSlot(pattern, at)!
      expect(iso(at)).toBe(`2026-01-01T${clock}`)
    }
  })

  it.each([
    '@daily',
    '0 0 L * *',
    '0 0 ? * *',
    '0 0 * * 7',
    '0 0 * * MON#1',
    '60 * * * *',
    '*/0 * * * *',
    '5-1 * * * *',
  ])('%s is none of GitHub', (pattern) => expect(cronProblem(pattern)).toEqual(expect.any(String)))

  it('count in their own time zone, once a day when clocks change', () => {
    const berlin = scheduleText('30 2 * * *', 'Europe/Berlin')
    expect(timezoneProblem('Europe/Berlin')).toBeUndefined()
    expect(timezoneProblem('Europe/Atlantis')).toContain('Atlantis')
    const days = (from: string, count: number) => {
      const slots = [nextSlot(berlin, time(from))]
      while (slots.length < count) slots.push(nextSlot(berlin, slots.at(-1)!))
      return slots.map(iso)
    }
    // In March the clock goes from 2:00 to 3:00, in October from 3:00 back to 2:00.
    expect(days('2026-03-27T12:00', 3)).toEqual(['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'])
    expect(days('2026-10-24T12:00', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30'])
  })

  it.each([
    // pattern, due, now, run, next
    [
      'on time',
      '*/5 * * * *',
      '2026-01-01T10:00',
      '2026-01-01T10:00',
      '2026-01-01T10:00',
      '2026-01-01T10:05',
    ],
    [
      'a little late',
      '*/5 * * * *',
      '2026-01-01T10:00',
      '2026-01-01T10:04',
      '2026-01-01T10:00',
      '2026-01-01T10:05',
    ],
    [
      'several missed: the latest',
      '*/5 * * * *',
      '2026-01-01T10:00',
      '2026-01-01T10:32',
      '2026-01-01T10:30',
      '2026-01-01T10:35',
    ],
    [
      'missed by an hour',
      '0 * * * *',
      '2026-01-01T10:00',
      '2026-01-01T10:59',
      '2026-01-01T10:00',
      '2026-01-01T11:00',
    ],
    ['missed by more', '0 0 * * *', '2026-01-01T00:00', '2026-01-01T02:00', null, '2026-01-02T00:00'],
    [
      'a month down, every minute',
      '* * * * *',
      '2026-01-01T00:00',
      '2026-02-01T00:00',
      '2026-02-01T00:00',
      '2026-02-01T00:01',
    ],
  ])('%s', (_, pattern, due, now, run, next) => {
    const planned = planSchedule(pattern, { due: time(due), now: time(now) })
    expect({ run: iso(planned.run), next: iso(planned.next) }).toEqual({ run, next })
  })
})

describe('inputs of a run started by hand', () => {
  const declared = [
    {
      name: 'level',
      type: 'choice',
      options: ['low', 'high'],
      default: 'low',
      required: false,
      description: null,
    },
    { name: 'count', type: 'number', options: [], default: null, required: true, description: null },
    { name: 'dry', type: 'boolean', options: [], default: null, required: false, description: null },
    { name: 'text', type: 'string', options: [], default: null, required: false, description: null },
  ] as const
  const resolve = (given: Record<string, string | number | boolean>) =>
    resolveInputs(
      declared.map((input) => ({ ...input, options: [...input.options] })),
      given,
    )

  it('are typed and completed', () => {
    expect(resolve({ count: '3', dry: 'true' })).toEqual({
      inputs: { level: 'low', count: 3, dry: true, text: '' },
      problems: [],
    })
    expect(resolve({ count: 0, level: 'high' }).inputs).toEqual({
      level: 'high',
      count: 0,
      dry: false,
      text: '',
    })
  })

  it('are refused with every reason', () => {
    expect(resolve({ level: 'mid', dry: 'maybe', teext: 'x' }).problems).toEqual([
      "there is no input 'teext'; did you mean 'text'?",
      "'level' must be one of low, high",
      "'count' is required",
      "'dry' must be true or false",
    ])
  })
})
