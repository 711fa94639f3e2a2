import { describe, expect, test } from 'vitest'
import { readActionsFile } from '../../src/domain/workflow/read-actions-file.ts'

describe('a workflow file of GitHub Actions', () => {
  test('tells its jobs, what they need, and its inputs, whatever way they are written', () => {
    const file = readActionsFile(`
on:
  push:
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [info, 1], default: info, required: true }
      count: { type: number, default: 3 }
      odd: { type: colour }
      bare:
jobs:
  build: &job
    name: Build it
    steps: []
  test: { needs: build, strategy: { matrix: {} } }
  deploy: { needs: [build, test] }
  same: *job
`)
    expect(file.jobs).toEqual([
      { id: 'build', name: 'Build it', needs: [] },
      { id: 'test', name: 'test', needs: ['build'] },
      { id: 'deploy', name: 'deploy', needs: ['build', 'test'] },
      { id: 'same', name: 'Build it', needs: [] },
    ])
    expect(file.dispatch).toMatchObject([
      { name: 'level', type: 'choice', options: ['info', '1'], default: 'info', required: true },
      { name: 'count', type: 'number', default: '3' },
      { name: 'odd', type: 'string' },
      { name: 'bare', type: 'string', required: false, default: null },
    ])
  })

  test('cannot be started by hand without the trigger, and can with its name alone', () => {
    expect(readActionsFile('on: push\njobs: {}').dispatch).toBeNull()
    expect(readActionsFile('on: [push, workflow_dispatch]').dispatch).toEqual([])
  })

  test('that is no YAML, or stands for far more than it holds, is refused', () => {
    expect(() => readActionsFile('on: [')).toThrow(/cannot be read/)
    expect(() => readActionsFile('')).toThrow(/cannot be read/)
    const bomb = Array.from(
      { length: 9 },
      (_, n) => `a${n}: &a${n} [${Array(9).fill(n ? `*a${n - 1}` : 'x')}]`,
    )
    expect(() => readActionsFile(bomb.join('\n'))).toThrow(/too large/)
  })
})
