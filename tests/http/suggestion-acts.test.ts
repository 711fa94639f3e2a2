import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PullRequest } from '../../contract/mirror.ts'
import { type ActingHub, openHubWithGithub, type Wish } from '../support/acting-hub.ts'
import { type OpenedPull, openPull } from '../support/open-pull.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
const at = `/repos/${repository}`
let hub: ActingHub
let mara: SignedIn
let tobias: SignedIn

beforeAll(async () => {
  hub = await openHubWithGithub(repository)
  mara = await hub.enter('mara-lindqvist')
  tobias = await hub.enter('tobias-okafor')
}, 120_000)
afterAll(() => hub?.[Symbol.asyncDispose]())

/** Tobias suggests other words for a line. */
async function suggest({ number, head }: OpenedPull, line: number, words: string): Promise<number> {
  const place = { path: `${head.ref}.md`, line, side: 'RIGHT', commit_id: head.sha }
  const body = `Better:\n\n\`\`\`suggestion\n${words}\n\`\`\``
  const said = await hub.act(tobias, ['POST', `/pulls/${number}/comments`, { ...place, body }])
  expect(said.statusCode, said.body).toBe(201)
  return said.json<{ id: number }>().id
}

const apply = ({ number, head }: OpenedPull, ...comments: number[]): Wish => [
  'POST',
  `/pulls/${number}/suggestions`,
  { sha: head.sha, suggestions: comments.map((comment) => ({ comment })) },
]

async function textOf({ head }: OpenedPull): Promise<string> {
  const { content } = await hub.github<{ content: string }>(
    'GET',
    `${at}/contents/${head.ref}.md?ref=${head.ref}`,
  )
  return Buffer.from(content, 'base64').toString()
}

interface Listed {
  sha: string
  commit: { message: string; author: { name: string } }
  parents: { sha: string }[]
}
const commitsOf = ({ head }: OpenedPull) => hub.github<Listed[]>('GET', `${at}/commits?sha=${head.ref}`)

describe('suggestions', { timeout: 120_000 }, () => {
  test('several are one commit of who applies them, with their author beside', async () => {
    const pull = await openPull(hub, repository)
    const [second, first] = [await suggest(pull, 2, 'zwei\nzweieinhalb'), await suggest(pull, 1, 'eins')]
    const answer = await hub.act(mara, apply(pull, second, first))
    expect(answer.statusCode, answer.body).toBe(200)
    expect(await textOf(pull)).toBe('eins\nzwei\nzweieinhalb\nthree\n')
    const [newest] = await commitsOf(pull)
    expect(newest).toMatchObject({ parents: [{ sha: pull.head.sha }] })
    expect(newest!.commit.message).toMatch(
      /^Apply suggestions from code review\n\nCo-authored-by: tobias-okafor <\d+\+tobias-okafor@users\.noreply\.localhost>$/,
    )
    expect(answer.json<PullRequest>().head.sha).toBe(newest!.sha)
  })

  test('are applied once, though the answer was lost', async () => {
    const pull = await openPull(hub, repository)
    const wish = apply(pull, await suggest(pull, 3, 'drei'))
    const key = randomUUID()
    hub.loseAnswer(/^PATCH .*\/git\/refs/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const before = await commitsOf(pull)
    expect(before[0]!.commit.message).toMatch('Apply suggestion from @tobias-okafor')
    const answer = await hub.act(mara, wish, key)
    expect(answer.statusCode, answer.body).toBe(200)
    expect((await commitsOf(pull)).map(({ sha }) => sha)).toEqual(before.map(({ sha }) => sha))
    expect(await textOf(pull)).toBe('one\ntwo\ndrei\n')
    // Another wish for the same is not taken for it: the head is not what was looked at any more.
    expect(await hub.act(mara, wish)).toMatchObject({
      statusCode: 422,
      body: expect.stringMatching(/github_refused.*moved on/),
    })
  })

  test('are refused with words when their lines are others, and when they are of elsewhere', async () => {
    const pull = await openPull(hub, repository)
    const id = await suggest(pull, 2, 'zwei')
    const { sha } = await hub.github<{ sha: string }>(
      'GET',
      `${at}/contents/${pull.head.ref}.md?ref=${pull.head.ref}`,
    )
    const { commit } = await hub.github<{ commit: { sha: string } }>(
      'PUT',
      `${at}/contents/${pull.head.ref}.md`,
      {
        ...{ message: 'Change it', branch: pull.head.ref, sha },
        content: Buffer.from('one\nTWO\nthree\n').toString('base64'),
      },
    )
    const moved = { ...pull, head: { ...pull.head, sha: commit.sha } }
    await expect
      .poll(async () => (await hub.github<OpenedPull>('GET', `${at}/pulls/${pull.number}`)).head.sha)
      .toBe(commit.sha)
    expect(await hub.act(mara, apply(moved, id))).toMatchObject({
      statusCode: 422,
      body: expect.stringMatching(/github_refused.*outdated/),
    })
    const other = await openPull(hub, repository)
    expect(await hub.act(mara, apply(other, id))).toMatchObject({
      statusCode: 422,
      body: expect.stringMatching(/not of this pull request/),
    })
    expect(await textOf(pull)).toBe('one\nTWO\nthree\n')
  })

  test('need the right to push, of whoever is not the author', async () => {
    const pull = await openPull(hub, repository)
    const id = await suggest(pull, 1, 'eins')
    const reader = await hub.enter('elif-demir')
    expect(await hub.act(reader, apply(pull, id))).toMatchObject({
      statusCode: 403,
      body: expect.stringMatching(/the right .*push/),
    })
    expect(await textOf(pull)).toBe('one\ntwo\nthree\n')
    expect((await hub.act(tobias, apply(pull, id))).statusCode).toBe(200)
  })
})
