import { Text } from '@codemirror/state'
import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../contract/live.ts'
import type { WorkflowInput } from '../../contract/workflows.ts'
import { inputValues, typedInputs } from '../../web/src/data/input-values.ts'
import { append, type RunJournal, stateAfter } from '../../web/src/data/run-journal.ts'
import { diagnosticsOf, placeOf } from '../../web/src/editor/diagnostics.ts'
import { lineOfJob } from '../../web/src/pages/workflow-editor/line-of-job.ts'

describe('problems in the editor', () => {
  const doc = Text.of(['name: CI', 'on:', '  isues:', '', 'jobs:'])
  const at = (line: number, column: number) => {
    const { from, to } = placeOf(doc, { line, column })
    return doc.sliceString(from, to)
  }

  test('cover the word at their place, else the content of the line', () => {
    expect(at(3, 3)).toBe('isues')
    expect(at(3, 1)).toBe('isues:')
    expect(at(1, 7)).toBe('CI')
  })

  test('stay inside a text that has become shorter', () => {
    for (const [line, column] of [
      [4, 1],
      [4, 80],
      [99, 99],
      [0, 0],
    ] as const) {
      const { from, to } = placeOf(doc, { line, column })
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(doc.length)
      expect(from).toBeLessThanOrEqual(to)
    }
  })

  test('keep their words and severity', () => {
    expect(
      diagnosticsOf(doc, [{ line: 3, column: 3, message: 'unknown event', severity: 'warning' }]),
    ).toEqual([{ from: 15, to: 20, message: 'unknown event', severity: 'warning' }])
  })
})

describe('the line of a job', () => {
  const source = 'env:\n  build: x\njobs:\n  build:\n    steps: []\n  "b.c":\n    needs: build\n'

  test('is looked for below `jobs`', () => {
    expect(lineOfJob(source, 'build')).toBe(4)
    expect(lineOfJob(source, 'b.c')).toBe(6)
  })

  test('is unknown where the text does not show it', () => {
    expect(lineOfJob(source, 'deploy')).toBeNull()
    expect(lineOfJob('name: x', 'build')).toBeNull()
  })
})

describe('inputs of a run', () => {
  const input = (more: Partial<WorkflowInput>): WorkflowInput => ({
    name: 'x',
    type: 'string',
    description: null,
    required: false,
    default: null,
    options: [],
    ...more,
  })
  const inputs = [
    input({ name: 'pace', type: 'number', default: '2' }),
    input({ name: 'dry', type: 'boolean', default: 'true' }),
    input({ name: 'port', type: 'choice', options: ['kiel', 'oslo'], required: true }),
    input({ name: 'note' }),
  ]

  test('begin with their defaults', () => {
    expect(typedInputs(inputs)).toEqual({ pace: '2', dry: 'true', port: 'kiel', note: '' })
  })

  test('are sent by their type, empty ones not at all', () => {
    expect(inputValues(inputs, { pace: '2.5', dry: 'false', port: 'oslo', note: '' })).toEqual({
      pace: 2.5,
      dry: false,
      port: 'oslo',
    })
  })
})

describe('a journal in the browser', () => {
  const entry = (n: number, kind: string, data: unknown): JournalEntry => ({
    n,
    seq: 40,
    at: new Date(n * 1000).toISOString(),
    topic: 'run:r',
    kind,
    data,
  })
  const entries = [
    entry(1, 'run.created', { id: 'r', graph: { jobs: [] }, inputs: {} }),
    entry(2, 'run.started', {}),
    entry(3, 'run.finished', { conclusion: 'success' }),
  ]
  const empty: RunJournal = { entries: [], state: null }
  const whole = entries.reduce(append, empty)

  test('grows by frames, each once, into the state of the run', () => {
    expect(whole.state).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(entries.reduce(append, whole)).toBe(whole)
  })

  test('tells the run as it stood after any of its entries', () => {
    expect(stateAfter(whole, 1)).toMatchObject({ status: 'queued' })
    expect(stateAfter(whole, 2)).toMatchObject({ status: 'in_progress', conclusion: null })
    expect(stateAfter(whole, 3)).toEqual(whole.state)
  })
})
