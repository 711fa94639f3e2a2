import { describe, expect, it } from 'vitest'
import { readSuggestions, suggestionOf } from '../../contract/suggestions.ts'

describe('suggestions', () => {
  it('are told apart from the words around them', () => {
    expect(readSuggestions('Better so:\n\n```suggestion\nconst a = 1\n\n```\n\nDone.')).toEqual([
      { kind: 'text', text: 'Better so:\n\n' },
      { kind: 'suggestion', lines: ['const a = 1', ''] },
      { kind: 'text', text: '\n\nDone.' },
    ])
  })

  it('may take the lines away, or hold a fence of their own', () => {
    expect(readSuggestions('```suggestion\n```')).toEqual([{ kind: 'suggestion', lines: [] }])
    const lines = ['```sh', 'ls', '```']
    expect(readSuggestions(suggestionOf(lines))).toEqual([{ kind: 'suggestion', lines }])
  })

  it('are no other code', () => {
    expect(readSuggestions('```ts\nlet a\n```')).toEqual([{ kind: 'text', text: '```ts\nlet a\n```' }])
  })
})
