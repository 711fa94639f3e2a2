import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { publishedSchema } from '../../scripts/workflow-schema.ts'
import schema from '../../src/domain/workflow/github-schema.json' with { type: 'json' }
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { importGithubParser } from '../support/import-github-parser.ts'

interface Verdict {
  errors: string[]
  /** Jobs, and what each needs. */
  jobs: Record<string, string[]>
}

const {
  convertWorkflowTemplate,
  NoOperationTraceWriter,
  parseWorkflow: parseAtGithub,
} = await importGithubParser()

/** What the parser that GitHub publishes says of a source. */
async function github(source: string): Promise<Verdict> {
  const { context, value } = parseAtGithub({ name: 'a.yml', content: source }, new NoOperationTraceWriter())
  const template = value && (await convertWorkflowTemplate(context, value))
  return {
    errors: context.errors.getErrors().map(({ message }) => message),
    jobs: Object.fromEntries(
      (template?.jobs ?? []).map(({ id, needs }) => [id.value, (needs ?? []).map(({ value }) => value)]),
    ),
  }
}

function ours(source: string): Verdict {
  const { definition, problems } = parseWorkflow(source)
  return {
    errors: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ line, column, message }) => `${line}:${column} ${message}`),
    jobs: Object.fromEntries((definition?.jobs ?? []).map(({ id, needs }) => [id, needs])),
  }
}

/** Workflows of the packages that are installed. */
const shipped = readdirSync('node_modules', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.github\/workflows\/[^/]+\.ya?ml$/.test(file))
  .map((file) => join('node_modules', file))

describe('the language of GitHub Actions, beside the parser that GitHub publishes', () => {
  it('is taken from its schema', () => expect(schema).toEqual(publishedSchema()))

  it('is accepted as GitHub accepts it, with the same jobs, in what the installed packages ship', async () => {
    expect(shipped.length).toBeGreaterThan(20)
    for (const file of shipped) {
      const source = readFileSync(file, 'utf8')
      const expected = await github(source)
      if (expected.errors.length > 0) continue
      expect({ file, ...ours(source) }).toEqual({ file, ...expected })
    }
  })

  it('is judged as GitHub judges it, in thousands of files with a mistake or two', async () => {
    const sources = shipped.map((file) => readFileSync(file, 'utf8')).filter(({ length }) => length < 6_000)
    const edits = fc.array(
      fc.record({
        kind: fc.nat(5),
        at: fc.nat(),
        name: fc.constantFrom(...names),
        value: fc.constantFrom(...values),
      }),
      {
        minLength: 1,
        maxLength: 2,
      },
    )
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sources), edits, async (source, each) => {
        const edited = each.reduce(edit, source)
        const theirs = await github(edited)
        const { errors } = ours(edited)
        if (theirs.errors.length > 0) refused++
        if ([...theirs.errors, ...errors].some((message) => differences.test(message))) return
        expect(errors.length > 0, JSON.stringify({ theirs: theirs.errors, errors })).toBe(
          theirs.errors.length > 0,
        )
      }),
      { numRuns: 3_000 },
    )
    expect(refused).toBeGreaterThan(500)
  })
})

/** Where the two differ on purpose, as `docs/workflows.md` lists it. */
const differences = new RegExp(
  [
    // A job needs no runner here.
    'Required property is missing: runs-on',
    // What a step uses is known here, and only a text that is not empty there.
    'unknown step',
    // Required inputs of the hub's own steps.
    "needs the input '|has no input '",
    // GitHub refuses these too, later: when the file is pushed, or when a run starts.
    "has no 'steps'|exclude each other|'default' of input|is no name of an input",
    // A matrix that makes no jobs, or too many.
    "of the matrix|'exclude' names|'matrix' |the matrix makes",
    // An expression in place of all of them: evaluated here for one at a time only, and services there not at all.
    "'(env|with|outputs)' must be a mapping|while reading 'services'",
    // A number may be the default of a text here.
    "while reading 'input default'",
    // A name that is no text ends their parser, or is not known to it.
    "raw\\.indexOf is not a function|Expected a scalar value, a sequence, or a mapping|Unexpected value 'false'",
  ].join('|'),
)

const names =
  'name on push pull_request issues jobs steps run uses with env if needs runs-on strategy matrix include container services image permissions contents read write concurrency group cancel-in-progress timeout-minutes continue-on-error outputs defaults shell types branches tags paths schedule cron workflow_dispatch inputs type choice options default required workflow_call secrets inherit environment url ${{github.ref}} ${{nope}}'.split(
    ' ',
  )

const values = [
  ...names,
  ..."true false 5 [] {} null ~ '' [a] {a:b} !cancelled() &a *a always() ${{matrix.x}} ${{secrets.T}}".split(
    ' ',
  ),
]

/** One mistake, as a hand makes it: a line lost, doubled, moved or with another word. */
function edit(
  source: string,
  { kind, at, name, value }: { kind: number; at: number; name: string; value: string },
): string {
  const lines = source.split('\n')
  const index = at % lines.length
  const line = lines[index]!
  const indent = /^\s*/.exec(line)![0]
  const edits = [
    () => lines.splice(index, 1),
    () => lines.splice(index, 0, lines[(index * 7) % lines.length]!),
    () =>
      lines.splice(
        index,
        1,
        line.replace(/:.*$/, () => `: ${value}`),
      ),
    () =>
      lines.splice(
        index,
        1,
        line.replace(/[\w-]+(?=:)/, () => name),
      ),
    () => lines.splice(index, 0, `${indent}${name}: ${value}`),
    () => lines.splice(index, 1, ` ${line}`),
  ]
  edits[kind]!()
  return lines.join('\n')
}
