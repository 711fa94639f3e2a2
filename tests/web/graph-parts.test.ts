import { expect, test } from 'vitest'
import { criticalPath } from '../../web/src/graph/critical-path.ts'
import { jobsOfRun } from '../../web/src/graph/graph-job.ts'
import { stagesOf } from '../../web/src/graph/stages.ts'
import { timelineRows } from '../../web/src/graph/timeline-rows.ts'
import { definitionOf, simulateRun } from '../domain/simulated-run.ts'

const simulation = simulateRun(
  definitionOf(`on: push
jobs:
  first: {steps: [{uses: hub/set-output}]}
  build:
    needs: first
    strategy: {matrix: {os: [linux, bsd]}}
    steps: [{id: s, uses: hub/sleep, with: {seconds: 5}}]
  lint: {needs: first, steps: [{uses: hub/set-output}]}
  ship: {needs: [build, lint], steps: [{uses: hub/sleep, with: {seconds: 5}}]}`),
)

test('a job and what it became share a card of their own, named short below it', () => {
  const jobs = jobsOfRun(simulation.state())
  const { stages, edges } = stagesOf(jobs)
  expect(stages.map((stage) => stage.jobs)).toEqual([
    ['first'],
    ['build', 'build.0', 'build.1'],
    ['lint'],
    ['ship'],
  ])
  expect(edges).toHaveLength(4)
  expect(jobs.filter(({ parent }) => parent === 'build').map(({ name }) => name)).toEqual(['linux', 'bsd'])
})

test('its rows in the timeline follow it and know what folds them away', () => {
  const rows = timelineRows(simulation.state(), 1_000)
  expect(rows.map(({ id, whole, within }) => [id, whole, within])).toEqual([
    ['first', false, []],
    ['first/__1', false, []],
    ['build', true, []],
    ['build.0', false, ['build']],
    ['build.0/s', false, ['build']],
    ['build.1', false, ['build']],
    ['build.1/s', false, ['build']],
    ['lint', false, []],
    ['lint/__1', false, []],
    ['ship', false, []],
    ['ship/__1', false, []],
  ])
})

test('the critical path goes through the job, not through its parts', () => {
  simulation.passTime(5_000)
  simulation.passTime(5_000)
  expect(criticalPath(jobsOfRun(simulation.state()), 10_000)).toEqual(['first', 'build', 'ship'])
})
