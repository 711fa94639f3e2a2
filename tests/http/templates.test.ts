import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Issue } from '../../contract/mirror.ts'
import type { IssueTemplates, PullTemplate } from '../../contract/templates.ts'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { type ActingHub, openActingHub } from '../support/acting-hub.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
let local: LocalGithub
let mara: SignedIn

beforeAll(async () => {
  local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
}, 120_000)
afterAll(() => local?.close())

async function openHub(files: Record<string, string> = {}): Promise<ActingHub> {
  const opened = await openActingHub(local, { repository })
  mara = await opened.enter('mara-lindqvist')
  for (const [path, text] of Object.entries(files)) {
    await opened.github('PUT', `/repos/${repository}/contents/${path}`, {
      message: `Write ${path}`,
      content: Buffer.from(text).toString('base64'),
    })
  }
  return opened
}

describe('templates', { timeout: 120_000 }, () => {
  test('of issues are read from the repository: a form with every kind of field, Markdown, and links', async () => {
    await using hub = await openHub()
    const found = await hub.read<IssueTemplates>(mara, '/issue-templates')
    expect(found).toMatchObject({
      blank_issues_enabled: true,
      contact_links: [{ name: 'Questions about tides', url: 'https://harborline.example/ask' }],
    })
    const [bug, idea] = found.templates
    expect(bug).toMatchObject({
      ...{ file: '1-bug.yml', name: 'Something is wrong', title: 'Wrong: ', labels: ['bug'] },
      ...{ assignees: [], body: null, problem: null },
    })
    const fields = bug!.form!
    expect(fields.map(({ type }) => type)).toEqual([
      'markdown',
      'input',
      'textarea',
      'dropdown',
      'dropdown',
      'textarea',
      'upload',
      'checkboxes',
    ])
    expect(fields[1]).toMatchObject({ id: 'station', label: 'Station', placeholder: '2179', required: true })
    expect(fields[3]).toMatchObject({ multiple: true, chosen: null, options: [{ label: 'Website' }, {}, {}] })
    expect(fields[4]).toMatchObject({ multiple: false, chosen: 0 })
    expect(fields[5]).toMatchObject({ render: 'shell', required: false })
    expect(fields[7]!.options).toEqual([
      { label: 'I have looked for the same issue', required: true },
      { label: 'I can help to mend it', required: false },
    ])
    expect(idea).toEqual({
      ...{ file: '2-idea.md', name: 'An idea', about: 'Something that should be there and is not' },
      ...{ title: 'Idea: ', labels: ['enhancement'], assignees: [], type: null, form: null, problem: null },
      body: '**What is missing?**\n\n\n**Who would use it?**\n\n',
    })
  })

  test('of pull requests are read from the folders where GitHub looks', async () => {
    await using hub = await openHub()
    const found = await hub.read<PullTemplate[]>(mara, '/pull-templates')
    expect(found).toEqual([
      { file: '.github/pull_request_template.md', body: expect.stringContaining('## How to see it') },
    ])
  })

  test('are those of the account where a repository has none of its own', async () => {
    await using opened = await openActingHub(local, { repository: 'harborline/plain' })
    for (const name of ['plain', '.github'])
      await opened.github('POST', '/orgs/harborline/repos', { name, auto_init: true })
    const reader = await opened.enter('mara-lindqvist')
    expect(await opened.read(reader, '/pull-templates')).toEqual([])
    await opened.github('PUT', '/repos/harborline/.github/contents/.github/ISSUE_TEMPLATE/all.md', {
      message: 'Ask alike everywhere',
      content: Buffer.from('---\nname: For all\n---\nHello\n').toString('base64'),
    })
    const { templates } = await opened.read<IssueTemplates>(reader, '/issue-templates')
    expect(templates).toMatchObject([{ file: 'all.md', name: 'For all', body: 'Hello\n' }])
  })

  test('that cannot be used say why, and the others stay', async () => {
    await using hub = await openHub({
      '.github/ISSUE_TEMPLATE/3-odd.yml': 'name: Odd\ndescription: x\nbody: [{type: slider}]\n',
      '.github/ISSUE_TEMPLATE/4-broken.yml': 'name: [\n',
      '.github/ISSUE_TEMPLATE/5-twice.yml':
        'name: Twice\nbody: [{type: input, id: a, attributes: {label: A}}, {type: input, id: a, attributes: {label: B}}]\n',
      '.github/ISSUE_TEMPLATE/6-nameless.md': 'Just words\n',
      '.github/ISSUE_TEMPLATE/notes.txt': 'none of ours',
    })
    const { templates } = await hub.read<IssueTemplates>(mara, '/issue-templates')
    expect(templates.map(({ file, problem }) => [file, problem])).toEqual([
      ['1-bug.yml', null],
      ['2-idea.md', null],
      ['3-odd.yml', 'Field 1 has the type "slider", which no form has.'],
      ['4-broken.yml', expect.stringContaining('cannot be read')],
      ['5-twice.yml', 'Two of its fields have the id "a".'],
      ['6-nameless.md', 'It has no name at its top.'],
    ])
  })

  test("are nobody's business who may not read the repository, and GitHub is not asked", async () => {
    await using hub = await openHub()
    // GitHub would take this person's token.
    const stranger = await hub.enter('elif-demir')
    const { userId } = stranger
    await hub.store.write((tx) => tx.deleteFrom('access').where('user_id', '=', userId).execute())
    hub.refuseToken(/./)
    const ask = (as: SignedIn, path: string) => hub.ask({ url: `/api/v1/repos/${repository}/${path}`, as })
    for (const path of ['issue-templates', 'pull-templates'])
      expect(await ask(stranger, path)).toMatchObject({ statusCode: 404 })
    // The next request to GitHub is the first one, and is refused.
    expect((await ask(mara, 'issue-templates')).json()).toMatchObject({ code: 'github_unauthorized' })
    // GitHub is not asked again with a token that it refused.
    expect((await ask(mara, 'issue-templates')).json()).toMatchObject({ code: 'github_not_connected' })
  })

  test('name labels and assignees that an issue is opened with, by whoever may set them', async () => {
    await using hub = await openHub()
    const opened = await hub.act(mara, [
      'POST',
      '/issues',
      { title: 'Wrong: 2179', body: '### Station\n\n2179', labels: ['bug'], assignees: ['mara-lindqvist'] },
    ])
    expect(opened.statusCode, opened.body).toBe(201)
    expect(opened.json<Issue>()).toMatchObject({
      ...{ title: 'Wrong: 2179', labels: [{ name: 'bug' }], assignees: [{ login: 'mara-lindqvist' }] },
    })
  })
})
