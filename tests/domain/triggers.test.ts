import examples from '@octokit/webhooks-examples' with { type: 'json' }
import { describe, expect, it } from 'vitest'
import { isOwnEcho, matchesTrigger, type TriggerEvent } from '../../src/domain/triggers.ts'
import { matchesGlob, passesGlobs } from '../../src/domain/workflow/glob.ts'
import { definitionOf } from './simulated-run.ts'

const events = (on: string) =>
  definitionOf(`on: ${on}\njobs: {a: {steps: [{uses: hub/set-output}]}}`).on.events

const starts = (on: string, event: Partial<TriggerEvent>) =>
  events(on).some((trigger) =>
    matchesTrigger(trigger, { name: 'issues', action: null, repository: 'acme/site', payload: {}, ...event }),
  )

describe('activity types', () => {
  it.each([
    ['issues', 'issues', 'labeled', true],
    ['issues', 'issue_comment', 'created', false],
    ['{issues: {types: [opened]}}', 'issues', 'opened', true],
    ['{issues: {types: [opened]}}', 'issues', 'closed', false],
    ['pull_request', 'pull_request', 'opened', true],
    ['pull_request', 'pull_request', 'synchronize', true],
    ['pull_request', 'pull_request', 'reopened', true],
    ['pull_request', 'pull_request', 'closed', false],
    ['{pull_request: {types: [closed]}}', 'pull_request', 'closed', true],
    ['check_suite', 'check_suite', 'requested', false],
    ['check_suite', 'check_suite', 'completed', true],
    ['fork', 'fork', null, true],
  ] as const)('on: %s, %s %s', (on, name, action, expected) => {
    expect(starts(on, { name, action })).toBe(expected)
  })
})

describe('branches, tags and repositories', () => {
  const push = (ref: string, more = {}) => ({ name: 'push', payload: { ref, ...more } })
  /** A push to `main` of commits that touch these files. */
  const files = (...commits: string[][]) =>
    push('refs/heads/main', { commits: commits.map((modified) => ({ added: [], removed: [], modified })) })
  it.each([
    ['push', push('refs/heads/x'), true],
    ['push', push('refs/tags/v1'), true],
    ['push', push('refs/heads/x', { deleted: true }), false],
    ['{push: {branches: [main]}}', push('refs/heads/main'), true],
    ['{push: {branches: [main]}}', push('refs/heads/dev'), false],
    ['{push: {branches: [main]}}', push('refs/tags/main'), false],
    ['{push: {tags: [v*]}}', push('refs/heads/v1'), false],
    ['{push: {tags: [v*]}}', push('refs/tags/v1'), true],
    ['{push: {branches: [main], tags: [v*]}}', push('refs/tags/v1'), true],
    ['{push: {branches-ignore: ["dep/**"]}}', push('refs/heads/dep/a/b'), false],
    ['{push: {branches-ignore: ["dep/**"]}}', push('refs/heads/main'), true],
    ['{push: {branches-ignore: [main]}}', push('refs/tags/v1'), false],
    ['{push: {branches: ["rel/**", "!rel/old"]}}', push('refs/heads/rel/old'), false],
    [
      '{pull_request: {branches: [main]}}',
      { name: 'pull_request', action: 'opened', payload: { pull_request: { base: { ref: 'main' } } } },
      true,
    ],
    [
      '{pull_request: {branches: [main]}}',
      { name: 'pull_request', action: 'opened', payload: { pull_request: { base: { ref: 'dev' } } } },
      false,
    ],
    [
      '{workflow_run: {workflows: [CI], branches: [main]}}',
      {
        name: 'workflow_run',
        action: 'completed',
        payload: { workflow_run: { name: 'CI', head_branch: 'main' } },
      },
      true,
    ],
    [
      '{workflow_run: {workflows: [CI]}}',
      { name: 'workflow_run', action: 'completed', payload: { workflow_run: { name: 'CD' } } },
      false,
    ],
    ['{push: {paths: ["**.js"]}}', files(['a/b.js']), true],
    ['{push: {paths: ["**.js"]}}', files(['a/b.md']), false],
    ['{push: {paths: ["sub/**", "!sub/docs/**"]}}', files(['sub/docs/a'], ['sub/b']), true],
    ['{push: {paths: ["sub/**", "!sub/docs/**"]}}', files(['sub/docs/a']), false],
    ['{push: {paths-ignore: ["docs/**"]}}', files(['docs/a', 'docs/b']), false],
    ['{push: {paths-ignore: ["docs/**"]}}', files(['docs/a'], ['b']), true],
    ['{push: {branches: [dev], paths: [a]}}', files(['a']), false],
    ['{push: {paths: [a]}}', push('refs/heads/new', { commits: [] }), true],
    ['{push: {paths: [a]}}', push('refs/tags/v1', { commits: [{ added: ['b'] }] }), true],
    [
      '{push: {paths: [a]}}',
      push('refs/heads/main', { commits: Array(2_048).fill({ modified: ['b'] }) }),
      true,
    ],
    ['pull_request_target', { name: 'pull_request', action: 'opened' }, true],
    ['pull_request_target', { name: 'pull_request', action: 'closed' }, false],
    [
      '{pull_request_target: {branches: [main]}}',
      { name: 'pull_request', action: 'opened', payload: { pull_request: { base: { ref: 'dev' } } } },
      false,
    ],
    [
      '{merge_group: {branches: [main]}}',
      {
        name: 'merge_group',
        action: 'checks_requested',
        payload: { merge_group: { base_ref: 'refs/heads/main' } },
      },
      true,
    ],
    ['pull_request_comment', { name: 'issue_comment', action: 'created', payload: { issue: {} } }, false],
    ['{repository_dispatch: {types: [go]}}', { name: 'repository_dispatch', action: 'go' }, true],
    ['{repository_dispatch: {types: [go]}}', { name: 'repository_dispatch', action: 'stop' }, false],
    ['{issues: {repositories: [acme/*]}}', { action: 'opened' }, true],
    ['{issues: {repositories: [acme/*, "!acme/site"]}}', { action: 'opened' }, false],
    ['{issues: {repositories: [other/*]}}', { action: 'opened' }, false],
  ] as const)('on: %s', (on, event, expected) => {
    expect(starts(on, event)).toBe(expected)
  })
})

describe('patterns', () => {
  it.each([
    ['feature/*', 'feature/my-branch', true],
    ['feature/*', 'feature/a/b', false],
    ['feature/**', 'feature/a/b', true],
    ['**', 'any/thing', true],
    ['*', 'a/b', false],
    ['*feature', 'mona-feature', true],
    ['v2*', 'v2.9', true],
    ['v[12].[0-9]+.[0-9]+', 'v1.10.1', true],
    ['v[12].[0-9]+.[0-9]+', 'v3.0.0', false],
    ['ab?c', 'ac', true],
    ['ab?c', 'abbc', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.b', 'axb', false],
    ['', '', true],
    ['**/README.md', 'README.md', true],
    ['**/README.md', 'js/a/README.md', true],
    ['**/README.md', 'js/aREADME.md', false],
    ['docs/**/*.md', 'docs/a.md', true],
    ['docs/**/*.md', 'docs/b/c/a.md', true],
    ['docs**/a', 'docs/b/a', true],
    ['docs**/a', 'docsa', false],
  ])('%s and %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected)
  })

  it('takes patterns in order', () => {
    expect(passesGlobs(['a*', '!ab', 'ab'], 'ab')).toBe(true)
    expect(passesGlobs(['a*', '!ab'], 'ab')).toBe(false)
  })

  it('costs little, however odd the pattern', () => {
    const started = performance.now()
    expect(matchesGlob('**a'.repeat(60), 'a'.repeat(250))).toBe(true)
    expect(matchesGlob(`${'a?'.repeat(100)}${'a+'.repeat(100)}b`, 'a'.repeat(250))).toBe(false)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('echoes', () => {
  it('are events of our own comments', () => {
    const marked = { body: 'Hello\n<!-- cldcde:run/1/1/a/__1 -->' }
    expect(isOwnEcho({ payload: { comment: marked } })).toBe(true)
    expect(isOwnEcho({ payload: { review: marked } })).toBe(true)
    expect(isOwnEcho({ payload: { comment: { body: 'Hello <!-- other -->' } } })).toBe(false)
    expect(isOwnEcho({ payload: { issue: marked, comment: { body: 'thanks' } } })).toBe(false)
    expect(isOwnEcho({ payload: null })).toBe(false)
  })
})

describe("GitHub's own example payloads", () => {
  const all = events(
    '[push, issues, issue_comment, pull_request, pull_request_review, workflow_run, workflow_job, release, star, fork]',
  )
  const names = new Set(all.map(({ event }) => event))
  const payloads = (
    examples as unknown as {
      name: string
      examples: { action?: string; repository?: { full_name: string } }[]
    }[]
  )
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })))

  it('start the workflow that listens to their event, and no other', () => {
    expect(payloads.length).toBeGreaterThan(80)
    for (const { name, payload } of payloads) {
      const event = { name, action: payload.action ?? null, repository: 'Codertocat/Hello-World', payload }
      const matching = all.filter((trigger) => matchesTrigger(trigger, event)).map((trigger) => trigger.event)
      const silent =
        (name === 'pull_request' && !['opened', 'synchronize', 'reopened'].includes(payload.action ?? '')) ||
        (name === 'push' && (payload as { deleted?: boolean }).deleted)
      expect({ name, action: payload.action, matching }).toEqual({
        name,
        action: payload.action,
        matching: silent ? [] : [name],
      })
    }
  })
})
