import { describe, expect, test } from 'vitest'
import type { Change } from '../../contract/live.ts'
import { tellEpisodes } from '../../web/src/components/tell-episodes.ts'

let seq = 100
/** Changes as lists bring them: the newest first, a minute apart. */
function changes(
  ...given: { kind: string; data: unknown; topic?: string; actor?: string | null }[]
): Change[] {
  return given.map(({ kind, data, topic = 'repo:1', actor = 'ada' }, index) => {
    seq -= 1
    const at = new Date(Date.UTC(2026, 0, 1, 12, -index)).toISOString()
    return { seq, at, topic, kind, actor, repository_id: 1, delivery_id: null, received_at: null, data }
  })
}
const repo = 'harborline/quay'
const push = (count: number, message = 'Moor') => ({
  kind: 'push',
  data: { ref: 'refs/heads/main', count, commits: [{ message }], full_name: repo },
})
const opened = (number: number) => ({
  kind: 'issue.updated',
  data: { action: 'opened', issue: { number, title: `T${number}`, state: 'open' }, full_name: repo },
})

describe('episodes', () => {
  test('count the commits of pushes to the same branch', () => {
    const [episode, ...others] = tellEpisodes(changes(push(2), push(1)))
    expect(others).toEqual([])
    expect(episode).toMatchObject({
      count: 3,
      story: { who: { label: 'ada' }, verb: 'pushed', many: 'commits' },
    })
  })

  test('gather what one person did alike, and keep what another did apart', () => {
    const bobs = { ...opened(3), actor: 'bob' }
    const episodes = tellEpisodes(changes(opened(5), opened(4), bobs))
    expect(episodes.map(({ count, story }) => [story.who?.label, count])).toEqual([
      ['ada', 2],
      ['bob', 1],
    ])
    expect(episodes[0]!.subjects.map(({ label }) => label)).toEqual(['T5 #5', 'T4 #4'])
  })

  test('tell a run once, by its name and its newest state', () => {
    const topic = 'run:r1'
    const episodes = tellEpisodes(
      changes(
        { kind: 'run.finished', topic, data: { conclusion: 'failure' } },
        { kind: 'run.created', topic, data: { workflow_name: 'Triage', number: 7, name: 'A leak' } },
      ),
    )
    expect(episodes).toHaveLength(1)
    expect(episodes[0]).toMatchObject({
      story: { who: { label: 'Triage #7', to: '/runs/r1' }, verb: 'failed on', tone: 'danger' },
      subjects: [{ label: 'A leak' }],
    })
  })

  test('leave out what nobody would tell', () => {
    const job = { kind: 'actions_job.updated', data: {} }
    const unknown = { kind: 'moon.landed', data: {} }
    expect(tellEpisodes(changes(job, unknown))).toEqual([])
  })
})
