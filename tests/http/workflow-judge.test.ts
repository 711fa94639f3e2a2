import { describe, expect, it, onTestFinished } from 'vitest'
import { createWorkflowJudge } from '../../src/http/workflow-judge.ts'
import { openTestApp } from '../support/test-app.ts'

const job = 'jobs:\n  a:\n    steps: [{ uses: hub/set-output, with: { a: b } }]\n'
const good = `on: push\n${job}`
const large = `on: push\nenv:\n${Array.from({ length: 5_000 }, (_, index) => `  K${index}: value\n`).join('')}${job}`

function openJudge(options?: { deadlineMs: number }) {
  const judge = createWorkflowJudge(options)
  onTestFinished(() => judge.close())
  return (source: string, by = 'ada') => judge.judge(source, by)
}

/** How often the event loop went round while something was awaited. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isDone = false
  const turn = () => {
    turns++
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  await work
  isDone = true
  return turns
}

describe('the judge of workflows', () => {
  it('answers a small source at once and a large one from a thread, while the event loop goes on', async () => {
    const judge = openJudge()
    expect(await turnsDuring(judge(good))).toBe(0)
    expect(await turnsDuring(judge(large))).toBeGreaterThan(0)
    const { definition, problems } = await judge(large)
    expect(problems).toEqual([])
    expect(Object.keys(definition?.env ?? {})).toHaveLength(5_000)
  })

  it('gives up past its deadline, with a problem, and goes on with the next', async () => {
    const judge = openJudge({ deadlineMs: 1 })
    const answers = await Promise.all([judge(large), judge(`${large}#`), judge(good)])
    expect(answers[0]).toEqual({
      definition: null,
      problems: [
        { line: 1, column: 1, severity: 'error', message: expect.stringContaining('takes too long') },
      ],
    })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2].problems).toEqual([])
  })

  it('lets people take turns, and one who sends many wait for their own', async () => {
    const judge = openJudge()
    const order: string[] = []
    const send = async (by: string, n: number) => {
      await judge(`${large}# ${by} ${n}`, by)
      order.push(`${by} ${n}`)
    }
    const all = [1, 2, 3, 4].map((n) => send('ada', n)).concat([1, 2].map((n) => send('bob', n)))
    await Promise.all(all)
    expect(order).toEqual(['ada 1', 'ada 2', 'bob 1', 'ada 3', 'bob 2', 'ada 4'])
  })

  it('turns away who has many waiting, and everybody when many wait, and says when to come back', async () => {
    const judge = openJudge()
    const people = ['ada', 'bob', 'eve', 'joe', 'kim']
    const codes = people.map(async (by) => {
      const answers = await Promise.allSettled(Array.from({ length: 6 }, () => judge(large, by)))
      return answers.map((answer) => (answer.status === 'fulfilled' ? 'judged' : answer.reason.code))
    })
    const [ada, bob, , joe, kim] = await Promise.all(codes)
    // The first of all is at work, and waits no more.
    expect(ada).toEqual([...Array.from({ length: 5 }, () => 'judged'), 'rate_limited'])
    expect(bob).toEqual([...Array.from({ length: 4 }, () => 'judged'), 'rate_limited', 'rate_limited'])
    expect(joe).toEqual(bob)
    expect(kim).toEqual(Array.from({ length: 6 }, () => 'unavailable'))
    const full = Array.from({ length: 6 }, () => judge(large))
    await expect(full[5]).rejects.toMatchObject({ retryAfterMs: 1_000 })
    await Promise.all(full.slice(0, 5))
  })
})

describe('POST /workflows/validate', () => {
  it.each([
    ['${{inputs.a}} again and again', `on: push\nenv: {A: "${'${{inputs.a}}'.repeat(20_000)}"}\n${job}`, 2],
    ['[ again and again', '['.repeat(262_000), 1],
    ['one key again and again', `on: push\n${'a: b\n'.repeat(40_000)}`, 14_286],
    ['1==1==…', `on: push\njobs:\n  a:\n    if: 1${'==1'.repeat(5_000)}\n    steps: []\n`, 4],
  ])('answers %s with few problems, the first at its line', async (_, source, line) => {
    await using hub = await openTestApp()
    const as = await hub.signIn({ login: 'ada' })
    const url = '/api/v1/workflows/validate'
    const answer = await hub.ask({ method: 'POST', url, as, payload: { source } })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().problems.length).toBeLessThanOrEqual(101)
    expect(answer.json().graph).toBeNull()
    expect(answer.json().problems[0]).toMatchObject({ line })
    const created = await hub.ask({ method: 'POST', url: '/api/v1/workflows', as, payload: { source } })
    expect(created.statusCode).toBe(422)
    expect(created.json().code).toBe('invalid_workflow')
    expect(created.json().problems[0]).toMatchObject({ line })
  })
})
