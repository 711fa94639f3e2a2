import { expect, test } from 'vitest'
import { handOf } from '../../web/src/shell/hand-of.ts'

test('a page is about the thing that its address names, on each of its sides', () => {
  const fullName = 'acme/site'
  expect(handOf('/repos/acme/site/issues/12')).toEqual({ kind: 'issue', fullName, number: 12 })
  expect(handOf('/repos/acme/site/pulls/3/files')).toEqual({ kind: 'pull', fullName, number: 3 })
  expect(handOf('/repos/acme/site/actions/runs/77')).toEqual({ kind: 'run', fullName, number: 77 })
  for (const path of ['/', '/repos/acme/site/issues', '/repos/acme/site/issues/new', '/runs/3'])
    expect(handOf(path)).toBeNull()
})
