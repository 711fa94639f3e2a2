import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRunner } from './runner-fixture.ts'

describe('a shell', () => {
  it.each([
    // Without a word for it: no pipefail.
    [undefined, 'false | true\necho "went on"\nfalse\necho never', ['went on'], 'exit code 1'],
    ['bash', 'echo "first"\nfalse | true\necho never', ['first'], 'exit code 1'],
    ['sh', 'echo "first"\nfalse\necho never', ['first'], 'exit code 1'],
    ['python', 'import sys\nprint("from python")\nsys.exit(3)', ['from python'], 'exit code 3'],
    ['node', 'console.log("from node")\nprocess.exit(4)', ['from node'], 'exit code 4'],
    ['cat {0}', 'as it is', ['as it is'], null],
  ])('%s runs its script as GitHub does', async (shell, script, said, error) => {
    await using runner = openRunner()
    const ran = await runner.command({ shell, script })
    if (error === null) expect(ran.error).toBeNull()
    else expect(ran.error).toContain(error)
    expect(ran.lines).toEqual([...said, ...(error === null ? [] : [`##[error]${ran.error}`])])
  })

  it.each([
    ['node {1}', 'step_failed', '{0}'],
    ['pwsh', 'cannot_run_here', 'pwsh'],
  ])('%s is none', async (shell, code, message) => {
    await using runner = openRunner()
    await expect(runner.command({ shell, script: 'x' })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })
})

describe('what a command sees', () => {
  it('is the workflow’s, GitHub’s variables and no word of the hub’s', async () => {
    await using runner = openRunner({
      env: { ...process.env, GITHUB_TOKEN: 'ghp_hub', CLDCDE_MASTER_KEY: 'k', MINE: '1' },
    })
    const ran = await runner.command({
      script: 'env | sort',
      env: { GREETING: 'hello', GITHUB_WORKSPACE: '/elsewhere', CI: 'maybe' },
      github: { repository: 'acme/site', sha: 'abc' },
    })
    const seen = new Map(ran.lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
    expect(seen.get('GREETING')).toBe('hello')
    expect(seen.get('CI')).toBe('maybe')
    expect(seen.get('GITHUB_ACTIONS')).toBe('true')
    expect(seen.get('GITHUB_REPOSITORY')).toBe('acme/site')
    expect(seen.get('RUNNER_OS')).toBe('Linux')
    expect(seen.get('GITHUB_WORKSPACE')).toMatch(/work$/)
    expect(seen.get('HOME')).not.toBe(process.env.HOME)
    for (const name of ['GITHUB_TOKEN', 'CLDCDE_MASTER_KEY', 'MINE', 'NODE_ENV', 'VITEST'])
      expect(seen.has(name), name).toBe(false)
  })

  it('reads its event from a file, and works in its workspace', async () => {
    await using runner = openRunner()
    const ran = await runner.command({
      script: 'cat "$GITHUB_EVENT_PATH"; echo; mkdir -p a/b; pwd; [ "$PWD" = "$GITHUB_WORKSPACE" ]',
      event: { number: 7 },
    })
    expect(ran.error).toBeNull()
    expect(ran.lines[0]).toBe('{"number":7}')
    const within = await runner.command({ script: 'basename "$PWD"', workingDirectory: 'a/b' })
    expect(within.lines).toEqual(['b'])
    const nowhere = await runner.command({ script: 'echo never', workingDirectory: 'nowhere' })
    expect(nowhere.error).toContain('working-directory')
  })

  it.runIf(process.getuid?.() === 0)('is another user’s, which the hub’s files are not for', async () => {
    await using runner = openRunner()
    const ran = await runner.command({
      script: 'id -u; cat /etc/shadow || true; ls "$(dirname "$GITHUB_WORKSPACE")" || true',
    })
    expect(ran.lines[0]).not.toBe('0')
    expect(ran.lines.join('\n')).toMatch(/shadow: Permission denied/)
    expect(ran.lines.join('\n')).not.toContain('job.json')
  })
})

describe('files that a command writes', () => {
  it('give outputs, variables, folders of PATH and a summary to those after it', async () => {
    await using runner = openRunner()
    const first = await runner.command({
      script: [
        'echo "plain=a=b" >> "$GITHUB_OUTPUT"',
        'printf "many<<END\\none\\n\\ntwo\\nEND\\n" >> "$GITHUB_OUTPUT"',
        'echo "COLOUR=blue" >> "$GITHUB_ENV"',
        'mkdir bin && printf "#!/bin/sh\\necho from the tool\\n" > bin/tool && chmod +x bin/tool',
        'echo "$PWD/bin" >> "$GITHUB_PATH"',
        'mkdir newer && printf "#!/bin/sh\\necho from the newer tool\\n" > newer/tool && chmod +x newer/tool',
        'echo "# It went well" >> "$GITHUB_STEP_SUMMARY"',
        'exit 3',
      ].join('\n'),
    })
    expect(first).toMatchObject({
      outputs: { plain: 'a=b', many: 'one\n\ntwo' },
      env: { COLOUR: 'blue' },
      summary: '# It went well\n',
      error: 'Process completed with exit code 3.',
    })
    const second = await runner.command({ script: 'tool; echo "$COLOUR"', env: first.env })
    expect(second.lines).toEqual(['from the tool', 'blue'])
    await runner.command({ script: 'echo "$PWD/newer" >> "$GITHUB_PATH"' })
    expect((await runner.command({ script: 'tool' })).lines).toEqual(['from the newer tool'])
  })

  it('set no options of Node for those after it', async () => {
    await using runner = openRunner()
    const ran = await runner.command({
      script: 'printf "NODE_OPTIONS=--require=./a.js\nCOLOUR=blue\n" >> "$GITHUB_ENV"',
    })
    expect(ran.env).toEqual({ COLOUR: 'blue' })
    expect(ran.lines.join()).toContain("Can't store NODE_OPTIONS")
  })

  it('are not read where they are too large', async () => {
    await using runner = openRunner()
    const fill = (file: string) => `{ printf a=; head -c 1048600 /dev/zero | tr '\\0' x; } > "${file}"`
    const said = await runner.command({ script: fill('$GITHUB_STEP_SUMMARY') })
    expect(said).toMatchObject({ summary: null, error: null })
    expect(said.lines.join()).toContain('The step summary is left out: it holds more than 1048576 bytes.')
    const set = await runner.command({ script: fill('$GITHUB_OUTPUT') })
    expect(set.error).toBe('$GITHUB_OUTPUT holds more than 1048576 bytes.')
    expect(set.outputs).toEqual({})
  })

  it.each([
    ['$GITHUB_OUTPUT', 'echo "no sign" >> "$GITHUB_OUTPUT"', "Invalid format 'no sign'"],
    ['$GITHUB_ENV', 'echo "a<<END" >> "$GITHUB_ENV"', 'delimiter not found'],
    ['::set-env::', 'echo "::set-env name=A::b"', 'disabled'],
  ])('that are not right fail the step: %s', async (_, script, error) => {
    await using runner = openRunner()
    const ran = await runner.command({ script: `echo "kept=1" >> "$GITHUB_OUTPUT"\n${script}` })
    expect(ran.error).toContain(error)
    expect(ran.outputs).toEqual({ kept: '1' })
  })

  it('hand on all of a text that a variable can hold', async () => {
    await using runner = openRunner()
    const nul = (file: string, text: string) => `printf '${text}' >> "$GITHUB_${file}"`
    const { outputs, env, summary } = await runner.command({
      script: [
        nul('OUTPUT', 'x=a\\000b\\n'),
        nul('ENV', 'X=a\\000b\\n'),
        nul('STEP_SUMMARY', 'a\\000b'),
      ].join('\n'),
    })
    expect({ outputs, env, summary }).toEqual({ outputs: { x: 'ab' }, env: { X: 'ab' }, summary: 'ab' })
    expect((await runner.command({ script: 'echo "$X"', env })).lines).toEqual(['ab'])
  })

  const another =
    'rm -f "$GITHUB_OUTPUT" 2>/dev/null || true; ln -sf /etc/hostname "$GITHUB_OUTPUT" 2>/dev/null || echo refused'

  it.runIf(process.getuid?.() === 0)(
    'cannot be turned into a way to read what is the hub’s by another user',
    async () => {
      await using runner = openRunner()
      const ran = await runner.command({ script: another })
      expect(ran.lines).toEqual(['refused'])
      expect(ran.outputs).toEqual({})
    },
  )

  it('nor by the hub’s own user: a link is not followed', async () => {
    await using runner = openRunner({ user: null })
    await expect(runner.command({ script: another })).rejects.toMatchObject({ code: 'ELOOP' })
  })
})

describe('commands in the output', () => {
  it('annotate, fold, and hide', async () => {
    await using runner = openRunner()
    const ran = await runner.command({
      script: [
        'echo "::group::Build"; echo "::endgroup::"',
        'echo "::warning file=a.ts,line=4,title=Odd%2C that::two%0Alines" >&2',
        'echo "::error::it broke"',
        'echo "::add-mask::s3cret-value"',
        'echo "the s3cret-value, and $(printf s3cret-value | base64)"',
        'echo "::stop-commands::pause-here"; echo "::error::only text"; echo "::pause-here::"',
        'echo "::debug::not shown"; echo "::unknown::thing"',
        'echo "token=s3cret-value" >> "$GITHUB_OUTPUT"',
        'echo "TOKEN=s3cret-value" >> "$GITHUB_ENV"',
        'echo "PLAIN=value" | tee -a "$GITHUB_ENV" >> "$GITHUB_OUTPUT"',
        'echo "# With s3cret-value" >> "$GITHUB_STEP_SUMMARY"',
      ].join('\n'),
    })
    expect(ran.lines.filter((line) => !line.includes('##[warning]two') && line !== 'lines')).toEqual([
      '##[group]Build',
      '##[endgroup]',
      '##[error]it broke',
      '::add-mask::***',
      'the ***, and ***',
      '::error::only text',
      '::unknown::thing',
      "##[warning]The output 'token' is left out: it holds a masked value.",
    ])
    expect(ran.annotations).toEqual(
      expect.arrayContaining([
        { level: 'warning', message: 'two\nlines', title: 'Odd, that', file: 'a.ts', line: 4 },
        { level: 'error', message: 'it broke', title: null, file: null, line: null },
      ]),
    )
    const plain = { PLAIN: 'value' }
    expect(ran).toEqual(expect.objectContaining({ outputs: plain, env: plain, error: null }))
    expect(ran.summary).toBe('# With ***\n')
    const later = await runner.command({
      script: 'echo "$TOKEN"; [ "$TOKEN" = "s3cret""-value" ] && echo same',
    })
    expect(later.lines).toEqual(['***', 'same'])
  })
})

describe('a masked value', () => {
  const secret = 's3cret-value'
  const masked = `echo "::add-mask::${secret}"`

  it('is not in what is wrong with the files of a command', async () => {
    await using runner = openRunner()
    const ran = await runner.command({ script: `${masked}\necho ${secret} >> "$GITHUB_ENV"` })
    expect(ran.error).toContain("Invalid format '***'")
    expect(JSON.stringify(ran)).not.toContain(secret)
  })

  it('is not in the name of what a command sets', async () => {
    await using runner = openRunner()
    const ran = await runner.command({
      masks: ['p4ss='],
      script: `${masked}\necho "${secret}=1" >> "$GITHUB_OUTPUT"\necho "p4ss=" >> "$GITHUB_OUTPUT"`,
    })
    expect(ran).toMatchObject({ outputs: {}, error: null })
    expect(ran.lines.at(-1)).toBe("##[warning]The output '***' is left out: it holds a masked value.")
  })

  it('is whole where a long line is cut', async () => {
    await using runner = openRunner()
    const script = `head -c ${2 ** 16 - 4} /dev/zero | tr '\\0' x; printf '${secret}'; head -c 90000 /dev/zero | tr '\\0' y; echo`
    const ran = await runner.command({ script, masks: [secret] })
    expect(ran.error).toBeNull()
    expect(ran.lines.length).toBeGreaterThan(1)
    expect(ran.lines.join('').replace(/x+|y+/g, (run) => `${run[0]}${run.length}`)).toBe('x65532***y90000')
  })
})

it('a job leaves nothing behind: no process, no folder', async () => {
  await using runner = openRunner()
  const ran = await runner.command({
    script:
      'setsid sleep 600 >/dev/null 2>&1 & sleep 600 >/dev/null 2>&1 & echo $!; echo "$GITHUB_WORKSPACE"',
  })
  const [pid, workspace] = ran.lines
  // It serves the steps after it.
  expect(isAlive(Number(pid))).toBe(true)
  expect((await runner.command({ script: `kill -0 ${pid} && echo alive` })).lines).toEqual(['alive'])
  await runner.endJob({ runId: 'r1', job: 'build' })
  expect(isAlive(Number(pid))).toBe(false)
  expect(existsSync(workspace!)).toBe(false)
  await runner.close()
  expect(existsSync(runner.root)).toBe(false)
})

/** One that is over and waits to be buried is not alive. */
function isAlive(pid: number): boolean {
  const stat = join('/proc', String(pid), 'stat')
  try {
    return !/\) Z/.test(readFileSync(stat, 'latin1'))
  } catch {
    return false
  }
}
