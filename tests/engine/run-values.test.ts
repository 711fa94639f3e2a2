import { describe, expect, it } from 'vitest'
import { saveAccess } from '../../src/store/access.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import type { SignedIn } from '../support/test-app.ts'
import { openCommandHub } from './command-hub.ts'
import { deliver, repository } from './engine-fixture.ts'

const token = 'hush-6f1c9a'
const reading = (text: string) =>
  `  a:\n    steps:\n      - id: said\n        uses: hub/set-output\n        with: {text: '${text}'}\n`
const secretToken = '${{ secrets.TOKEN }}'

describe.each(dialects)('what runs are told besides their source, on %s', (dialect) => {
  async function open() {
    const hub = await openCommandHub({ dialect, commandPolicy: 'members' })
    const set = async (as: SignedIn, path: string, value: string) => {
      const answer = await hub.ask({ method: 'PUT', url: `/api/v1${path}`, as, payload: { value } })
      expect(answer.statusCode, answer.body).toBe(204)
    }
    /** Gives people rights in the repository `acme/site`. */
    const share = (rights: readonly (readonly [SignedIn, 'admin' | 'push' | 'pull'])[]) =>
      hub.store.write(async (tx) => {
        await seedRepository(tx, { id: 1, fullName: 'acme/site', readers: [] })
        for (const [{ userId }, permission] of rights)
          await saveAccess(tx, [{ user_id: userId, repository_id: 1, permission, synced_at: 1 }])
      })
    const said = async (id: string, as?: SignedIn) =>
      (await hub.finished(id, as)).jobs[0]!.steps.find((step) => step.id === 'said')?.outputs.text
    return { ...hub, set, share, said }
  }

  it('are variables, those of the repository before those of the hub', async () => {
    await using hub = await open()
    await hub.share([[hub.olga, 'admin']])
    await hub.set(hub.olga, '/variables/region', 'baltic')
    await hub.set(hub.olga, '/variables/tier', 'gold')
    await hub.set(hub.olga, '/variables/REGION?repository=acme/site', 'north sea')
    const text = reading('${{ vars.REGION }}, ${{ vars.TIER }}, ${{ vars.NONE }}.')
    expect(await hub.said(await hub.start(text))).toBe('baltic, gold, .')
    const about = await hub.start(text, { repository: 'acme/site' })
    expect(await hub.said(about)).toBe('north sea, gold, .')
  })

  it('are secrets, which commands can use and nobody can read', async () => {
    await using hub = await open()
    await hub.set(hub.olga, '/secrets/token', token)
    const id = await hub.start(`  a:
    env: {TOKEN: '\${{ secrets.TOKEN }}'}
    steps:
      - name: 'Deploy with \${{ secrets.TOKEN }}'
        run: 'test "$TOKEN" = ${token} && echo "it is $TOKEN" && echo -n "$TOKEN" | base64'
      - id: said
        uses: hub/set-output
        with: {text: 'With \${{ secrets.TOKEN }}'}
      - run: echo "\${{ secrets.TOKEN }}" && exit 3
        continue-on-error: true
`)
    const { conclusion, jobs } = await hub.finished(id)
    expect(conclusion).toBe('success')
    expect(jobs[0]!.steps[1]!.outputs.text).toBe('With ***')
    expect(await hub.log(id)).toContain('it is ***\n')
    expect(await hub.log(id)).not.toContain(Buffer.from(token).toString('base64').slice(0, 12))
    expect(await hub.log(id, '__3')).toContain('\n***\n')
    for (const table of ['journal', 'changes', 'runs', 'audit', 'workflow_versions'] as const) {
      const rows = await hub.store.read
        .selectFrom(table as 'changes')
        .selectAll()
        .execute()
      const text = rows
        .map((row) =>
          Object.values(row as object)
            .map(readable)
            .join(),
        )
        .join()
      // The source names what it compares with; nothing else may.
      expect(text.replaceAll(`= ${token} `, '')).not.toContain(token)
    }
  })

  it.each(['said', 'a', 'success', 'step.finished'])(
    'are secrets that may be a word of the run itself: %s',
    async (value) => {
      await using hub = await open()
      await hub.set(hub.olga, '/secrets/token', value)
      const id = await hub.start(reading(`[${secretToken}]`))
      expect(await hub.said(id)).toBe('[***]')
      expect(await hub.state(id)).toMatchObject({
        conclusion: 'success',
        jobs: [{ id: 'a', conclusion: 'success', steps: [{ id: 'said', uses: 'hub/set-output' }] }],
      })
    },
  )

  it('are secrets of which nothing shows where a text is cut', async () => {
    await using hub = await open()
    await hub.set(hub.olga, '/secrets/token', token)
    const id = await hub.start(
      `  a:\n    steps:\n      - {uses: http/request, with: {url: '${'x'.repeat(1994)}${secretToken}'}}`,
    )
    const { message } = (await hub.finished(id)).jobs[0]!.steps[0]!.error!
    expect(message).toContain('cut off')
    expect(message).not.toContain(token.slice(0, 3))
  })

  it('are secrets of the hub only where a maintainer or an owner wrote the workflow', async () => {
    await using hub = await open()
    await hub.set(hub.olga, '/secrets/token', token)
    const max = await hub.signIn({ login: 'max', role: 'maintainer' })
    expect(await hub.said(await hub.start(reading(`[${secretToken}]`), { as: max }), max)).toBe('[***]')
    expect(await hub.said(await hub.start(reading(`[${secretToken}]`), { as: hub.bob }), hub.bob)).toBe('[]')
  })

  it('are secrets of a repository only in its runs', async () => {
    await using hub = await open()
    const ann = await hub.signIn({ login: 'ann' })
    await hub.share([
      [ann, 'admin'],
      [hub.bob, 'push'],
    ])
    await hub.set(ann, '/secrets/token?repository=acme/site', token)
    const text = reading(`[${secretToken}]`)
    const about = { as: hub.bob, repository: 'acme/site' }
    expect(await hub.said(await hub.start(text, about), hub.bob)).toBe('[***]')
    expect(await hub.said(await hub.start(text, { as: hub.bob }), hub.bob)).toBe('[]')
  })

  it.each([
    ['a fork', 'pull_request', 9, '[]'],
    ['the repository itself', 'pull_request', 1, '[***]'],
    ['a fork, about the base', 'pull_request_target', 9, '[***]'],
  ])('are what an event of %s is told', async (_, on, headRepository, text) => {
    await using hub = await open()
    const ann = await hub.signIn({ login: 'ann' })
    await hub.share([[ann, 'admin']])
    await hub.set(ann, '/secrets/token?repository=acme/site', token)
    const source = `on: ${on}\njobs:\n${reading(`[${secretToken}]`)}`
    await hub.ask({ method: 'POST', url: '/api/v1/workflows', as: ann, payload: { source } })
    const payload = {
      number: 5,
      pull_request: {
        number: 5,
        head: { ref: 'topic', sha: 'a'.repeat(40), repo: { id: headRepository } },
        base: { ref: 'main' },
      },
      repository,
    }
    const event = { id: 'one', event: 'pull_request', action: 'opened', payload }
    const [started] = await deliver(hub.deps, event)
    expect(await hub.said(started!, ann)).toBe(text)
  })
})

function readable(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value)
}
