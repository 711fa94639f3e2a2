import { describe, expect, it } from 'vitest'
import { combineMatrix, matrixJobName } from '../../src/domain/workflow/matrix.ts'

const combined = (matrix: unknown) => combineMatrix(matrix).map((job) => job.matrix)
const names = (matrix: unknown) => combineMatrix(matrix).map(({ segments }) => matrixJobName('b', segments))

describe('the jobs that a matrix makes, as GitHub documents them', () => {
  it.each([
    [
      'all combinations, the first name moving slowest',
      { version: [10, 12, 14], os: ['ubuntu', 'windows'] },
      [
        { version: 10, os: 'ubuntu' },
        { version: 10, os: 'windows' },
        { version: 12, os: 'ubuntu' },
        { version: 12, os: 'windows' },
        { version: 14, os: 'ubuntu' },
        { version: 14, os: 'windows' },
      ],
    ],
    [
      "the page's example of include",
      {
        fruit: ['apple', 'pear'],
        animal: ['cat', 'dog'],
        include: [
          { color: 'green' },
          { color: 'pink', animal: 'cat' },
          { fruit: 'apple', shape: 'circle' },
          { fruit: 'banana' },
          { fruit: 'banana', animal: 'cat' },
        ],
      },
      [
        { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
        { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
        { fruit: 'pear', animal: 'cat', color: 'pink' },
        { fruit: 'pear', animal: 'dog', color: 'green' },
        { fruit: 'banana' },
        { fruit: 'banana', animal: 'cat' },
      ],
    ],
    [
      'include that expands a combination',
      {
        os: ['windows-latest', 'ubuntu-latest'],
        node: [14, 16],
        include: [{ os: 'windows-latest', node: 16, npm: 6 }],
      },
      [
        { os: 'windows-latest', node: 14 },
        { os: 'windows-latest', node: 16, npm: 6 },
        { os: 'ubuntu-latest', node: 14 },
        { os: 'ubuntu-latest', node: 16 },
      ],
    ],
    [
      'include that adds a combination',
      { os: ['macos-latest'], version: [12], include: [{ os: 'windows-latest', version: 17 }] },
      [
        { os: 'macos-latest', version: 12 },
        { os: 'windows-latest', version: 17 },
      ],
    ],
    [
      'only include',
      { include: [{ site: 'production', datacenter: 'site-a' }, { site: 'staging' }] },
      [{ site: 'production', datacenter: 'site-a' }, { site: 'staging' }],
    ],
    [
      'exclude, also of part of a combination; include comes after it',
      {
        os: ['macos', 'windows'],
        version: [12, 14],
        environment: ['staging', 'production'],
        exclude: [
          { os: 'macos', version: 12, environment: 'production' },
          { os: 'windows', version: 14 },
        ],
        include: [{ os: 'windows', version: 14, environment: 'late' }],
      },
      [
        { os: 'macos', version: 12, environment: 'staging' },
        { os: 'macos', version: 14, environment: 'staging' },
        { os: 'macos', version: 14, environment: 'production' },
        { os: 'windows', version: 12, environment: 'staging' },
        { os: 'windows', version: 12, environment: 'production' },
        { os: 'windows', version: 14, environment: 'late' },
      ],
    ],
    [
      "values compared as by '==': without case, numbers with texts; deep in mappings only what is named",
      {
        os: ['Linux', { name: 'bsd', cpu: 'arm' }],
        v: ['1', '2'],
        exclude: [
          { os: 'LINUX', v: 1 },
          { OS: { name: 'bsd' }, v: 2 },
        ],
      },
      [
        { os: 'Linux', v: '2' },
        { os: { name: 'bsd', cpu: 'arm' }, v: '1' },
      ],
    ],
    ['nothing where everything is excluded', { a: [1], exclude: [{ a: 1 }] }, []],
  ])('%s', (_, matrix, expected) => expect(combined(matrix)).toEqual(expected))

  it('names each after its values, not after what include added, and cuts long names', () => {
    const matrix = {
      os: ['linux', { name: 'bsd', bits: [32, 64] }],
      fast: [true, null],
      include: [
        { os: 'linux', note: 'more' },
        { os: 'sun', only: 'this' },
      ],
    }
    expect(names(matrix)).toEqual([
      'b (linux, true)',
      'b (linux)',
      'b (bsd, 32, 64, true)',
      'b (bsd, 32, 64)',
      'b (sun, this)',
    ])
    const [long] = names({ a: ['x'.repeat(200)] })
    expect(long).toHaveLength(100)
    expect(long).toMatch(/^b \(x+\.\.\.$/)
    // Never within a character.
    const [ships] = names({ a: [`x${'🚢'.repeat(60)}`] })
    expect(ships?.isWellFormed()).toBe(true)
  })

  it.each([
    ['must be a mapping', 'linux'],
    ["'a' of the matrix must be a list", { a: 'b' }],
    ["'a' of the matrix has no values", { a: [] }],
    ["'matrix' names no values", { include: [] }],
    ["'exclude' names 'b', which the matrix does not have", { a: [1], exclude: [{ b: 1 }] }],
    ["an 'exclude' of the matrix is empty", { a: [1], exclude: [{}] }],
    ["an 'include' of the matrix is empty", { a: [1], include: [{}] }],
    ['the matrix makes 257 jobs', { a: Array.from({ length: 257 }, (_, n) => n) }],
    ['at most 256', Object.fromEntries('abcdefghij'.split('').map((name) => [name, [1, 2, 3, 4, 5, 6]]))],
  ])('refuses: %s', (message, matrix) => expect(() => combineMatrix(matrix)).toThrow(message))

  it('compares only so many combinations with so many filters', () => {
    const a = Array.from({ length: 250 }, (_, n) => n)
    const include = (length: number) => Array.from({ length }, (_, n) => ({ note: n }))
    expect(combined({ a, include: include(700) })).toHaveLength(250)
    expect(() => combineMatrix({ a, include: include(900) })).toThrow(
      'too many values, includes and excludes',
    )
  })

  it('makes 256', () => expect(combined({ a: Array.from({ length: 256 }, (_, n) => n) })).toHaveLength(256))
})
