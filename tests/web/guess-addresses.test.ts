import { describe, expect, test } from 'vitest'
import { guessAddresses } from '../../web/src/shell/guess-addresses.ts'

const repositories = ['harborline/tide-api', 'harborline/billing', 'harborline/docs', 'ferry/tide-api']
const guessed = (path: string) => guessAddresses(path, repositories).map(({ to }) => to)

describe('an address where nothing is', () => {
  test.each([
    // GitHub's own addresses of things that are here.
    ['/harborline/tide-api', '/repos/harborline/tide-api'],
    ['/harborline/tide-api/pull/12', '/repos/harborline/tide-api/pulls/12'],
    ['/harborline/tide-api/issues/7', '/repos/harborline/tide-api/issues/7'],
    ['/harborline/tide-api/actions/runs/99', '/repos/harborline/tide-api/actions/runs/99'],
    ['/repos/harborline/tide-api/pull/12', '/repos/harborline/tide-api/pulls/12'],
    ['/harborline/tide-api/tree/main/src', '/repos/harborline/tide-api'],
    // Mistyped, or of another owner.
    ['/repos/harborlin/tide-apj', '/repos/harborline/tide-api'],
    ['/repos/Harborline/Billing/pulls', '/repos/harborline/billing/pulls'],
    ['/repos/elsewhere/billing', '/repos/harborline/billing'],
    ['/repo/harborline/docs', '/repos/harborline/docs'],
    // Sections.
    ['/isues', '/issues'],
    ['/pull-requests', '/pulls'],
    ['/workflow', '/workflows'],
    ['/users', '/settings/people'],
  ])('%s is led to %s', (path, to) => {
    expect(guessed(path)[0]).toBe(to)
  })

  test('that resembles nothing is led nowhere; nothing leads to itself', () => {
    expect(guessed('/qwertyuiop/asdfghjkl')).toEqual([])
    expect(guessed('/%E0%A4%A')).toEqual([])
    expect(guessed('/repos/harborline/docs')).not.toContain('/repos/harborline/docs')
    expect(guessed('/repos/x/y/z').length).toBeLessThanOrEqual(5)
  })
})
