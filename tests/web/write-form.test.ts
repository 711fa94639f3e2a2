import { describe, expect, test } from 'vitest'
import type { FormField } from '../../contract/templates.ts'
import { firstAnswers, missingAnswers, writeForm } from '../../web/src/issue-forms/write-form.ts'

const field = (given: Partial<FormField> & Pick<FormField, 'id' | 'type'>): FormField => ({
  label: given.id.toUpperCase(),
  description: null,
  placeholder: null,
  value: '',
  render: null,
  multiple: false,
  options: [],
  chosen: null,
  required: false,
  ...given,
})
const options = (...labels: string[]) => labels.map((label) => ({ label, required: false }))

const form = [
  field({ id: 'hello', type: 'markdown', value: 'Hello' }),
  field({ id: 'station', type: 'input', required: true }),
  field({ id: 'log', type: 'textarea', render: 'shell', value: 'at first' }),
  field({ id: 'since', type: 'dropdown', options: options('Today', 'Longer'), chosen: 1 }),
  field({ id: 'where', type: 'dropdown', multiple: true, options: options('Website', 'App', 'API') }),
  field({
    id: 'terms',
    type: 'checkboxes',
    options: [
      { label: 'I looked', required: true },
      { label: 'I help', required: false },
    ],
  }),
  field({ id: 'pictures', type: 'upload' }),
]

describe('an issue form', () => {
  test('begins with what its fields say', () => {
    expect(firstAnswers(form)).toEqual({
      ...{
        hello: 'Hello',
        station: '',
        log: 'at first',
        since: 'Longer',
        where: [],
        terms: [],
        pictures: '',
      },
    })
    const chosen = field({ id: 'a', type: 'dropdown', multiple: true, options: options('x', 'y'), chosen: 1 })
    expect(firstAnswers([chosen])).toEqual({ a: ['y'] })
  })

  test('names what is missing, each at its field', () => {
    expect(missingAnswers(form, firstAnswers(form))).toEqual({
      station: 'STATION is needed.',
      terms: 'Needed: I looked',
    })
    expect(missingAnswers(form, { station: ' 2179 ', terms: ['I looked'] })).toEqual({})
    expect(missingAnswers(form, { station: '   ', terms: ['I help'] })).toEqual({
      station: 'STATION is needed.',
      terms: 'Needed: I looked',
    })
    const several = [
      field({ id: 'a', type: 'dropdown', multiple: true, required: true, options: options('x') }),
    ]
    expect(missingAnswers(several, { a: [] })).toEqual({ a: 'A is needed.' })
    expect(missingAnswers(several, { a: ['x'] })).toEqual({})
    expect(missingAnswers([field({ id: 'words', type: 'markdown', required: true })], {})).toEqual({})
  })

  test('is written as GitHub writes it', () => {
    const answers = {
      station: ' 2179\n',
      log: 'a\n```b',
      since: '',
      where: ['App', 'API'],
      terms: ['I looked'],
    }
    expect(writeForm(form, answers)).toBe(
      [
        '### STATION\n\n2179',
        '### LOG\n\n````shell\na\n```b\n````',
        '### SINCE\n\n_No response_',
        '### WHERE\n\nApp, API',
        '### TERMS\n\n- [x] I looked\n- [ ] I help',
        '### PICTURES\n\n_No response_',
      ].join('\n\n'),
    )
    const [, station, log] = form
    expect(writeForm([log!], { log: '' })).toBe('### LOG\n\n_No response_')
    expect(writeForm([log!], { log: 'all well' })).toBe('### LOG\n\n```shell\nall well\n```')
    expect(writeForm([{ ...station!, render: 'shell' }], { station: 'B' })).toBe('### STATION\n\nB')
  })
})
