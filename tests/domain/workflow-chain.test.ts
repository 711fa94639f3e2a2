import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'

const withHub = (hub: string) =>
  parseWorkflow(`on: [issues, push]\n${hub}jobs: {a: {steps: [{uses: hub/set-output}]}}\n`)

describe("the hub's own key 'hub'", () => {
  it.each([
    ['', [undefined, undefined]],
    ['hub: {chain: true}\n', [true, true]],
    ['hub: {chain: false}\n', [undefined, undefined]],
    ['hub: {}\n', [undefined, undefined]],
  ])('%j lets what workflows caused start it: %j', (hub, expected) => {
    const { definition, problems } = withHub(hub)
    expect(problems).toEqual([])
    expect(definition?.on.events.map(({ chain }) => chain)).toEqual(expected)
  })

  it.each([
    ['hub: {chain: perhaps}\n', "'chain' must be true or false"],
    ['hub: {chian: true}\n', "'chian'"],
    ['hub: yes\n', "'hub'"],
  ])('%j is a mistake at its line', (hub, message) => {
    const { definition, problems } = withHub(hub)
    expect(definition).toBeNull()
    expect(problems).toMatchObject([{ line: 2, message: expect.stringContaining(message) }])
  })
})
