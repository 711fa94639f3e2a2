import { expect, it } from 'vitest'
import { createSlots } from '../../src/engine/slots.ts'
import { gate } from './engine-fixture.ts'

const never = new AbortController().signal

it('slots go round among the runs that wait, however many steps one of them has', async () => {
  const slots = createSlots(1)
  const order: string[] = []
  const hold = gate()
  const first = slots({ run: 'busy', kind: 'k' }, () => hold.promise, never)
  const work = (run: string) => slots({ run, kind: 'k' }, async () => void order.push(run), never)
  const waiting = [...Array.from({ length: 4 }, () => work('busy')), work('b'), work('c'), work('b')]
  hold.resolve()
  await Promise.all([first, ...waiting])
  expect(order).toEqual(['busy', 'b', 'c', 'busy', 'b', 'busy', 'busy'])
})

it('a kind that hangs keeps no other waiting', async () => {
  const slots = createSlots(1)
  const hold = gate()
  const hanging = slots({ run: 'a', kind: 'http/request' }, () => hold.promise, never)
  await slots({ run: 'a', kind: 'github/comment' }, async () => {}, never)
  hold.resolve()
  await hanging
})

it('who is stopped while waiting leaves the line, and its slot to the next', async () => {
  const slots = createSlots(1)
  const hold = gate()
  const first = slots({ run: 'a', kind: 'k' }, () => hold.promise, never)
  const stopping = new AbortController()
  const reason = new Error('not wanted any more')
  const stopped = slots(
    { run: 'b', kind: 'k' },
    () => Promise.reject(new Error('performed')),
    stopping.signal,
  )
  const next = slots({ run: 'c', kind: 'k' }, async () => 'had its turn', never)
  stopping.abort(reason)
  await expect(stopped).rejects.toBe(reason)
  hold.resolve()
  await first
  expect(await next).toBe('had its turn')
  expect(await slots({ run: 'd', kind: 'k' }, async () => 'a free slot', never)).toBe('a free slot')
})
