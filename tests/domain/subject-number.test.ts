import { describe, expect, it } from 'vitest'
import { subjectNumber } from '../../src/domain/subject-number.ts'

describe('the issue or pull request that a webhook is about', () => {
  it.each([
    ['an issue', { issue: { number: 3 } }, 3],
    ['a pull request', { pull_request: { number: 4 } }, 4],
    ['a comment on an issue', { issue: { number: 5 }, comment: { id: 1 } }, 5],
    ['a check on one pull request', { check_run: { pull_requests: [{ number: 6 }] } }, 6],
    ['an Actions run for one', { workflow_run: { pull_requests: [{ number: 7 }] } }, 7],
  ])('is told by %s', (_, payload, number) => expect(subjectNumber(payload)).toBe(number))

  it.each([
    ['a push', { ref: 'refs/heads/main' }],
    ['a check on none', { check_run: { pull_requests: [] } }],
    ['a check on several', { check_suite: { pull_requests: [{ number: 1 }, { number: 2 }] } }],
    ['a null', { issue: null, pull_request: null, workflow_run: { pull_requests: null } }],
    [
      'a number that is none',
      { issue: { number: 2 ** 60 }, check_run: { pull_requests: [{ number: '3' }] } },
    ],
    ['a text where an object belongs', { issue: 'one', check_suite: 'two' }],
  ])('is not told by %s', (_, payload) => expect(subjectNumber(payload)).toBeNull())
})
