import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'

const folder = new URL('../../examples/workflows/', import.meta.url)
const read = (file: string) => parseWorkflow(readFileSync(new URL(file, folder), 'utf8'))

test.each(readdirSync(folder))('%s is a workflow without a problem', (file) => {
  const { definition, problems } = read(file)
  expect(problems).toEqual([])
  expect(definition?.jobs.length).toBeGreaterThan(0)
})

test('the build plan has the dependencies of the plan', () => {
  const jobs = read('cldcde-plan.yml').definition?.jobs ?? []
  const needs = Object.fromEntries(jobs.map((job) => [job.id, job.needs]))
  expect(needs).toMatchObject({
    database: [],
    github: [],
    devops: [],
    auth: ['database'],
    api: ['database', 'auth', 'github'],
    websocket: ['auth'],
    frontend: ['api', 'websocket'],
  })
  expect(needs['all-services']).toContain('devops')
})
