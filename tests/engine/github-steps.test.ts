import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/domain/effects.ts'
import { isOwnEcho } from '../../src/domain/triggers.ts'
import { githubContext } from '../../src/domain/workflow/github-context.ts'
import type { Authorize, StepTask, Target } from '../../src/engine/step.ts'
import { githubAddLabels } from '../../src/engine/steps/github-add-labels.ts'
import { githubComment } from '../../src/engine/steps/github-comment.ts'

/** GitHub's issues as far as these steps use them, paged as GitHub does. */
function fakeGithub() {
  const comments: { id: number; body: string; html_url: string; created_at: string }[] = []
  const labels: string[] = []
  const asked: string[] = []
  /** What its steps say that webhooks will tell. */
  const told: Effect[] = []
  const note = (route: string, repository: string, { issue_number }: Record<string, unknown>) =>
    asked.push(`${route.split(' ')[0]} ${repository}#${issue_number}`)
  const authorize: Authorize = async (repository, right): Promise<Target> => ({
    async act(route, parameters, { effects }) {
      expect(right).toBe('write')
      note(route, repository, parameters)
      told.push(...effects)
      if (route === 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments') {
        const id = comments.length + 1
        const created_at = new Date().toISOString()
        comments.push({ id, body: String(parameters.body), html_url: `https://gh/${id}`, created_at })
        return { status: 201, data: comments.at(-1) }
      }
      labels.push(...(parameters.labels as string[]))
      return { status: 200, data: labels.map((name) => ({ name })) }
    },
    async read(route, parameters) {
      note(route, repository, parameters)
      if (route === 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments') {
        const { page, per_page, since } = parameters as { page: number; per_page: number; since: string }
        const recent = comments.filter((comment) => comment.created_at >= since)
        return { status: 200, data: recent.slice((page - 1) * per_page, page * per_page) }
      }
      return { status: 200, data: labels.map((name) => ({ name })) }
    },
  })
  const task = (
    inputs: Record<string, string>,
    event: unknown = { issue: { number: 7 } },
    attempt = 1,
  ): StepTask => ({
    command: null,
    hide: (text) => text,
    ...{ job: 'a', step: 's', attempt, inputs, authorize, startedAt: Date.now() },
    github: githubContext(identity, event),
    signal: new AbortController().signal,
  })
  return { comments, labels, asked, told, task }
}

const identity = {
  ...{ id: 'run-1', workflow_id: 'w', workflow_name: 'W', version: 1, number: 1, attempt: 1, name: 'n' },
  ...{ event: 'issues', repository: 'acme/site', delivery_id: null, actor: 'mona', cause_depth: 0 },
}
describe('github/comment', () => {
  it('comments on the issue of the event, with an invisible mark that stops echoes', async () => {
    const github = fakeGithub()
    const result = await githubComment(github.task({ body: 'Hello' }))
    expect(result.outputs).toEqual({ 'comment-id': '1', url: 'https://gh/1' })
    expect(github.comments[0]?.body).toBe('Hello\n\n<!-- cldcde:run/run-1/a/s -->')
    expect(isOwnEcho({ payload: { comment: github.comments[0] } })).toBe(true)
    expect(github.asked).toEqual(['POST acme/site#7'])
  })

  it('finds the comment of an attempt that died after GitHub took it, on any page', async () => {
    const github = fakeGithub()
    const perform = githubComment
    for (let n = 0; n < 150; n++) await perform({ ...github.task({ body: 'noise' }), job: `other${n}` })
    await perform(github.task({ body: 'Hello' }))
    const again = await perform(github.task({ body: 'Hello' }, undefined, 2))
    expect(again.outputs?.['comment-id']).toBe('151')
    expect(github.comments).toHaveLength(151)
  })

  it('comments when the attempt that died had not', async () => {
    const github = fakeGithub()
    await githubComment(github.task({ body: 'Hello' }, undefined, 2))
    expect(github.comments).toHaveLength(1)
    expect(github.asked).toEqual(['GET acme/site#7', 'POST acme/site#7'])
  })
})

describe('which issue', () => {
  it.each([
    [{}, { pull_request: { number: 3 } }, 'acme/site#3'],
    [{ 'issue-number': '12' }, {}, 'acme/site#12'],
    [{ 'issue-number': '12', repository: 'other/repo' }, { issue: { number: 7 } }, 'other/repo#12'],
  ])('%j of %j is %s', async (inputs, event, expected) => {
    const github = fakeGithub()
    await githubComment(github.task({ body: 'x', ...inputs }, event))
    expect(github.asked).toEqual([`POST ${expected}`])
  })

  it.each([
    [{}, {}],
    [{ 'issue-number': '-1' }, {}],
    [{ 'issue-number': '../1' }, {}],
    [{ repository: 'no-slash' }, { issue: { number: 7 } }],
    [{ repository: 'a/b/c' }, { issue: { number: 7 } }],
  ])('%j of %j is refused', async (inputs, event) => {
    const github = fakeGithub()
    const comment = githubComment(github.task({ body: 'x', ...inputs }, event))
    await expect(comment).rejects.toMatchObject({ code: 'step_failed' })
    expect(github.asked).toEqual([])
  })
})

describe('github/add-labels', () => {
  it('adds names separated by commas or lines', async () => {
    const github = fakeGithub()
    const result = await githubAddLabels(github.task({ labels: 'bug, good first issue\nhelp\n' }))
    expect(result.outputs).toEqual({ labels: 'bug,good first issue,help' })
    expect(github.asked).toEqual(['GET acme/site#7', 'POST acme/site#7'])
  })

  it('adds only what is missing, and says of nothing else that it was its doing', async () => {
    const github = fakeGithub()
    github.labels.push('Bug')
    await githubAddLabels(github.task({ labels: 'bug,help' }))
    expect(github.labels).toEqual(['Bug', 'help'])
    expect(github.told).toEqual(['labeled:7:help', 'label:help'])
    const { outputs } = await githubAddLabels(github.task({ labels: 'HELP' }))
    expect(outputs).toEqual({ labels: 'Bug,help' })
    expect(github.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1)
  })

  it('refuses none', async () => {
    await expect(githubAddLabels(fakeGithub().task({ labels: ' , ' }))).rejects.toMatchObject({
      code: 'step_failed',
    })
  })
})
