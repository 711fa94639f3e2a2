import { expect, it } from 'vitest'
import { findStepUser } from '../../src/runner/step-user.ts'

const accounts = () => [
  ['root', 'x', '0', '0'],
  ['nobody', 'x', '65534', '65533'],
  ['ci', 'x', '1001', '1002'],
]

it.each([
  ['a hub that is root runs commands as nobody', null, 0, { name: 'nobody', uid: 65534, gid: 65533 }],
  ['as whom it is told, by name', 'ci', 0, { name: 'ci', uid: 1001, gid: 1002 }],
  ['and by number', '1001', 0, { name: 'ci', uid: 1001, gid: 1002 }],
  ['another hub as itself', null, 1000, null],
])('%s', (_, wanted, uid, user) => {
  expect(findStepUser(wanted, { uid, accounts })).toEqual(user)
})

it.each([
  ['root', 0, 'fewer rights'],
  ['0', 0, 'fewer rights'],
  ['gone', 0, 'no user of this machine'],
  ['ci', 1000, 'needs a hub that runs as root'],
])('%s cannot be had by user %i', (wanted, uid, why) => {
  expect(() => findStepUser(wanted, { uid, accounts })).toThrow(why)
})

it('a hub that is root has to be told as whom where there is no nobody, and never runs commands as root', () => {
  const few = () => accounts().filter(([name]) => name !== 'nobody')
  expect(() => findStepUser(null, { uid: 0, accounts: few })).toThrow(
    /CLDCDE_STEP_USER is missing.*CLDCDE_SHELL_STEPS=off/,
  )
  expect(() => findStepUser(null, { uid: 0, accounts: () => [] })).toThrow('CLDCDE_STEP_USER is missing')
})
