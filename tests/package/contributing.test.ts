import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })
const root = resolve(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'cldcde-copy-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** A new file, or what is put before (or in the place of) a text that is there. */
type Edit = string | { before: string; put: string } | { instead: string; put: string }

/** The files of CONTRIBUTING.md, each with its name here and what is done to it. */
type Recipe = Record<string, [file: string, ...Edit[]]>

const migration = (id: number, name: string, table: string) =>
  `import type { Migration } from '../migrate.ts'

export const ${name}: Migration = {
  id: ${id},
  name: '${name}',
  statements: ({ text, integer, table }) => [table('${name}', \`${table}\`)],
}
`
const migrationLine = (file: string, name: string): Edit[] => [
  { before: '\n/** Every migration', put: `import { ${name} } from './${file}.ts'\n` },
  { before: '\n]', put: `\n  ${name},` },
]

const recipes: Record<string, Recipe> = {
  'a step kind': {
    'src/domain/workflow/step-kinds.ts': [
      'src/domain/workflow/step-kinds.ts',
      {
        before: "  'hub/sleep': {",
        put: `  'hub/shout': {
    description: 'Says it louder',
    inputs: { text: { description: 'What to say', required: true } },
    outputs: { text: 'The same, louder' },
    repeatable: () => true,
    timeoutMinutes: 1,
  },
`,
      },
    ],
    'src/engine/steps/<name>.ts': [
      'src/engine/steps/hub-shout.ts',
      `import type { Perform } from '../step.ts'

/** \`hub/shout\`. */
export const hubShout: Perform = async ({ inputs }) => ({ outputs: { text: \`\${inputs.text?.toUpperCase()}!\` } })
`,
    ],
    'src/engine/steps/create-steps.ts': [
      'src/engine/steps/create-steps.ts',
      { before: '\n/** What every step', put: "import { hubShout } from './hub-shout.ts'\n" },
      { before: "    'http/request':", put: "    'hub/shout': hubShout,\n" },
    ],
  },
  'a route': {
    'src/http/routes/<name>.ts': [
      'src/http/routes/greeting.ts',
      `import { Type } from 'typebox'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

/** Says good day. */
export function greetingRoutes(_deps: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/greeting',
      {
        config: { access: 'read' },
        schema: { tags: ['greeting'], summary: 'Says good day', response: { 200: Type.Object({ says: Type.String() }) } },
      },
      async ({ viewer }) => ({ says: \`Good day, \${viewer.login}.\` }),
    )
  }
}
`,
    ],
    'src/http/app.ts': [
      'src/http/app.ts',
      { before: 'import { healthRoutes }', put: "import { greetingRoutes } from './routes/greeting.ts'\n" },
      { before: '  statsRoutes,\n', put: '  greetingRoutes,\n' },
    ],
    'tests/http/permissions.test.ts': [
      'tests/http/permissions.test.ts',
      { before: 'GET    /api/v1/stats', put: 'GET    /api/v1/greeting 401 200 200 200 200 200 200\n' },
    ],
  },
  'a mirrored kind': {
    'src/mirror/<name>.ts': [
      'src/mirror/commit-comment.ts',
      `import { integerIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

interface CommitComment {
  id: number
  commit_id: string
  body: string | null
  updated_at: string
}

const { plain, times } = columnsOf<CommitComment>()

/** https://docs.github.com/en/rest/commits/comments */
export const commitComment = {
  name: 'commit_comment',
  version: 1,
  table: 'commit_comments',
  key: ['repository_id', 'id'],
  columns: [...plain('id', 'commit_id', 'body'), ...times('updated_at')],
  read: (object) => ({
    id: integerIn(object, 'id'),
    commit_id: textIn(object, 'commit_id'),
    body: optionalTextIn(object, 'body'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  replaces: isNotOlder,
  events: { commit_comment: { at: 'comment', subject: true } },
  listed: { resource: 'commit_comments', route: 'GET /repos/{owner}/{repo}/comments', complete: true },
} satisfies Kind<CommitComment>
`,
    ],
    'src/mirror/kinds.ts': [
      'src/mirror/kinds.ts',
      {
        before: "import { commitStatus } from './commit-status.ts'",
        put: "import { commitComment } from './commit-comment.ts'\n",
      },
      { before: '  actions_workflow: actionsWorkflow,', put: '  commit_comment: commitComment,\n' },
      { instead: '  commit_comment: notYet,\n', put: '' },
    ],
    'src/store/migrations/<number>-<name>.ts': [
      'src/store/migrations/0090-commit-comments.ts',
      migration(
        90,
        'commit_comments',
        'repository_id ${integer} not null, id ${integer} not null, commit_id ${text} not null, body ${text}, updated_at ${integer} not null, primary key (repository_id, id)',
      ),
    ],
    'src/store/migrations/index.ts': [
      'src/store/migrations/index.ts',
      ...migrationLine('0090-commit-comments', 'commit_comments'),
    ],
  },
  'a table': {
    'src/store/migrations/<number>-<name>.ts': [
      'src/store/migrations/0091-notes.ts',
      migration(91, 'notes', 'id ${integer} primary key, body ${text} not null'),
    ],
    'src/store/migrations/index.ts': [
      'src/store/migrations/index.ts',
      ...migrationLine('0091-notes', 'notes'),
    ],
    'src/store/schema.ts': [
      'src/store/schema.ts',
      { before: '\n  workflows: WorkflowRow', put: '\n  notes: { id: number; body: string }\n' },
    ],
    'src/store/<name>.ts': [
      'src/store/notes.ts',
      `import type { Db } from './store.ts'

export async function addNote(tx: Db, note: { id: number; body: string }): Promise<void> {
  await tx.insertInto('notes').values(note).execute()
}

export async function findNote(db: Db, id: number): Promise<string | undefined> {
  return (await db.selectFrom('notes').select('body').where('id', '=', id).executeTakeFirst())?.body
}
`,
    ],
  },
}

/** What the copy must be able to do then. */
const proof = `import { expect, it } from 'vitest'
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'
import { createSteps } from '../src/engine/steps/create-steps.ts'
import { addNote, findNote } from '../src/store/notes.ts'
import { examples } from './support/github-server.ts'
import { seedRepository } from './support/seed-mirror.ts'
import { openTempStore } from './support/temp-store.ts'
import { openTestApp } from './support/test-app.ts'
import { startTestMirror } from './support/test-mirror.ts'

it('a step kind', async () => {
  const step = (name: string) =>
    parseWorkflow(\`name: A\\non: push\\njobs:\\n  a:\\n    steps:\\n      - { uses: \${name}, with: { text: hello } }\\n\`)
  expect(step('hub/shout').problems).toEqual([])
  expect(step('hub/whisper').problems).toHaveLength(1)
  const task = { inputs: { text: 'hello' } } as never
  expect(await createSteps()['hub/shout'](task)).toEqual({ outputs: { text: 'HELLO!' } })
})

it('a route', async () => {
  await using hub = await openTestApp()
  const as = await hub.signIn({ login: 'mona' })
  const answer = await hub.ask({ url: '/api/v1/greeting', as })
  expect(answer.json()).toEqual({ says: 'Good day, mona.' })
  expect((await hub.ask({ url: '/api/v1/greeting' })).statusCode).toBe(401)
})

it('a mirrored kind', async () => {
  await using store = await openTempStore()
  const [payload] = examples.find(({ name }) => name === 'commit_comment')!.examples
  const { id, full_name } = payload!.repository as { id: number; full_name: string }
  await store.write((tx) => seedRepository(tx, { id, fullName: full_name, readers: [] }))
  const mirror = await startTestMirror({ store, url: 'http://127.0.0.1:9' })
  await mirror.deliver({ event: 'commit_comment', payload })
  const rows = await store.read.selectFrom('commit_comments' as never).selectAll().execute()
  const { comment } = payload as unknown as { comment: { id: number; commit_id: string } }
  expect(rows).toMatchObject([{ repository_id: id, id: comment.id, commit_id: comment.commit_id }])
  expect(await mirror.changes('commit_comment.updated' as never)).toHaveLength(1)
  await mirror.stop()
})

it('a table', async () => {
  await using store = await openTempStore()
  await store.write((tx) => addNote(tx, { id: 1, body: 'kept' }))
  expect(await findNote(store.read, 1)).toBe('kept')
})
`

function apply(file: string, edits: readonly Edit[]): void {
  const path = join(copy, file)
  for (const edit of edits) {
    if (typeof edit === 'string') {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, edit)
      continue
    }
    const text = readFileSync(path, 'utf8')
    const anchor = 'before' in edit ? edit.before : edit.instead
    expect(text.split(anchor).length - 1, `${file} has once: ${anchor}`).toBe(1)
    writeFileSync(
      path,
      text.replace(anchor, () => ('before' in edit ? edit.put + edit.before : edit.put)),
    )
  }
}

/** Runs a script of a package in the copy; fails with what it printed. */
async function run(script: string, ...args: string[]): Promise<void> {
  const options = { cwd: copy, env: { PATH: process.env.PATH, HOME: process.env.HOME }, maxBuffer: 1 << 26 }
  await promisify(execFile)(process.execPath, [join(root, 'node_modules', script), ...args], options).catch(
    ({ stdout, stderr }) => expect.fail(`${script} ${args.join(' ')}:\n${stdout}\n${stderr}`),
  )
}

describe('what CONTRIBUTING.md says it takes to add', () => {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')

  beforeAll(() => {
    for (const name of readdirSync(root)) {
      if (['node_modules', 'dist', 'data', '.git', '.env'].includes(name)) continue
      cpSync(join(root, name), join(copy, name), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const recipe of Object.values(recipes)) {
      for (const [file, ...edits] of Object.values(recipe)) apply(file, edits)
    }
    writeFileSync(join(copy, 'tests/recipes.test.ts'), proof)
  })

  it.each(Object.entries(recipes))('%s is in these files and no others', (name, recipe) => {
    const section = text.split(`### … ${name}\n`)[1]?.split(/\n(?:#|Then)/)[0] ?? ''
    const steps = section.split('\n').filter((line) => /^(\d\.| {3})/.test(line))
    const named = steps.flatMap((line) =>
      [...line.matchAll(/`((?:src|tests)\/[^`]+\.ts)`/g)].map(([, file]) => file),
    )
    // The addresses that need values are in a file of their own; this one needs none.
    expect(named.filter((file) => file !== 'tests/support/every-route.ts').sort()).toEqual(
      Object.keys(recipe).sort(),
    )
  })

  it('is enough for the types', () => run('typescript/bin/tsc', '--noEmit'))

  it('is enough for it to work, and for the tests that hold the whole together', () =>
    run(
      'vitest/vitest.mjs',
      'run',
      'tests/recipes.test.ts',
      'tests/architecture.test.ts',
      'tests/http/permissions.test.ts',
    ))
})
