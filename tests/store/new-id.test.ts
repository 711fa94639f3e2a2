import { validate, version } from 'uuid'
import { expect, it } from 'vitest'
import { newId } from '../../src/store/new-id.ts'

it('makes ids that ascend within a millisecond, and when the clock is set back', () => {
  const now = Date.now() + 1_000_000
  const ids = [now, now, now - 5_000, now + 1, now + 1].flatMap((ms) =>
    Array.from({ length: 2_000 }, () => newId(ms)),
  )
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true)
})
