import { expect, it } from 'vitest'
import { type Claimant, createSlots } from '../../src/engine/slots.ts'

/** Waits for a slot at once; `entered` resolves when it has it. */
function claim(slots: ReturnType<typeof createSlots>, run: string, kind = 'k', enter = () => {}) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const claimant: Claimant = {
    run,
    kind,
    enter() {
      enter()
      resolve()
    },
  }
  slots.wait(claimant)
  return { claimant, entered: promise }
}

it('slots go round among the runs that wait, however many steps one of them has', async () => {
  const slots = createSlots(1)
  const order: string[] = []
  const holder = claim(slots, 'busy')
  await holder.entered
  const wait = (run: string) => {
    const waiting = claim(slots, run, 'k', () => {
      order.push(run)
      slots.giveBack(waiting.claimant)
    })
    return waiting.entered
  }
  const waiting = [...Array.from({ length: 4 }, () => wait('busy')), wait('b'), wait('c'), wait('b')]
  slots.giveBack(holder.claimant)
  await Promise.all(waiting)
  expect(order).toEqual(['busy', 'b', 'c', 'busy', 'b', 'busy', 'busy'])
})

it('a kind that hangs keeps no other waiting', async () => {
  const slots = createSlots(1)
  await claim(slots, 'a', 'http/request').entered
  await claim(slots, 'a', 'github/comment').entered
})

it('who is stopped while waiting leaves the line, and its slot to the next', async () => {
  const slots = createSlots(1)
  const first = claim(slots, 'a')
  await first.entered
  const stopped = claim(slots, 'b', 'k', () => {
    throw new Error('performed')
  })
  const next = claim(slots, 'c')
  slots.withdraw(stopped.claimant)
  slots.giveBack(first.claimant)
  await next.entered
  slots.giveBack(next.claimant)
  await claim(slots, 'd').entered
})
