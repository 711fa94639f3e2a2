import { expect, test } from 'vitest'
import { handOf } from '../../web/src/shell/hand-of.ts'

test('a page is about the thing that its address names, on each of its sides', () => {
  const fullName = 'acme/site'
  expect(handOf('/repos/acme/site/issues/12')).toEqual({ kind: 'issue', fullName, number: 12 })
  expect(handOf('/repos/acme/site/pulls/3/files')).toEqual({ kind: 'pull', fullName, number: 3 })
  expect(handOf('/repos/acme/site/actions/runs/77')).toEqual({ kind: 'run', fullName, number: 77 })
  expect(handOf('/repos/acme/%C3%A9t%C3%A9/pulls/3')).toMatchObject({ fullName: 'acme/été' })
  for (const path of [
    ...['/', '/repos/acme/site/issues', '/repos/acme/site/issues/new', '/runs/3'],
    ...['/repos/acme/site/issues/12th', '/old/repos/acme/site/issues/12', '/repos/acme/site/labels/12'],
  ])
    expect(handOf(path), path).toBeNull()
})
