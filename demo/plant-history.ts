import { createGitWriter } from './git-objects.ts'
import { issueTemplates } from './issue-templates.ts'
import { plantIssue, plantPull } from './plant-conversations.ts'
import {
  day,
  hour,
  insertAt,
  type Past,
  type PlantedRepository,
  type Planting,
  workingTime,
} from './planting.ts'
import { createRandom, type Random } from './random.ts'
import type { RepositorySeed } from './seed/read-seed.ts'

/**
 * Lets the past of one repository happen in order of time: commits, issues with comments, pull requests with reviews
 * and merges. Numbers, parents and files come out as they would have on GitHub.
 */
export function plantHistory(planting: Planting, repository: PlantedRepository, seed: RepositorySeed): void {
  const { random, now } = planting
  const today = now.getTime()
  const start = today - seed.weeks * 7 * day
  const events: Array<{ at: Date; random: Random; happen: () => void }> = []
  // Each event draws from numbers of its own: the dates decide in which order they happen, and nothing else.
  const past = beginPast(planting, repository, (at, happen) => {
    events.push({ at, random: createRandom(past.random() * 2 ** 32), happen })
  })

  const growing = revealFiles(seed)
  for (const [index, [path, login, message]] of seed.commits.entries()) {
    const span = (today - day - start) / seed.commits.length
    const at = workingTime(random, start + index * span, start + (index + 0.9) * span)
    past.later(at, () => {
      past.commitToMain(new Map([...past.main.files, [path, growing[index]!]]), message, login, at)
    })
  }
  for (const issue of seed.issues) {
    const at = workingTime(random, start + 3 * day, today - 2 * hour)
    past.later(at, () => plantIssue(past, issue, at))
  }
  for (const pull of seed.pulls) {
    const isOver = pull.state === 'merged' || pull.state === 'closed'
    const at = isOver
      ? workingTime(random, start + 10 * day, today - 8 * day)
      : workingTime(random, today - 12 * day, today - 3 * hour)
    const ended = isOver ? workingTime(random, at.getTime() + 4 * hour, at.getTime() + 6 * day) : null
    past.later(at, () => plantPull(past, pull, at, ended))
  }

  while (events.length > 0) {
    events.sort((a, b) => a.at.getTime() - b.at.getTime())
    const { random: own, happen } = events.shift()!
    past.random = own
    happen()
  }
  past.writeBranch('main', past.main.head, new Date(start))
  countOpenIssues(planting, repository)
}

function beginPast(planting: Planting, repository: PlantedRepository, later: Past['later']): Past {
  const { rows, members } = planting
  const repo = repository.row
  const writeCommit = createGitWriter(rows, repo.id)
  let lastNumber = 0
  const past: Past = {
    ...planting,
    repository,
    later,
    writeCommit,
    main: { files: new Map(issueTemplates), head: '' },
    nextNumber: () => ++lastNumber,
    member(login) {
      const member = members.get(login)
      if (!member) throw new Error(`${repo.full_name}: nobody is called ${login}`)
      return member
    },
    commitToMain(files, message, login, at) {
      const parents = past.main.head ? [past.main.head] : []
      const head = writeCommit({ files, message, parents, author: past.member(login), at })
      past.main = { files, head }
      repo.pushed_at = at.toISOString()
      return head
    },
    writeBranch(name, sha, at) {
      insertAt(rows.branches, 'Branch', { repo_id: repo.id, name, sha, protected: false }, at)
      insertAt(rows.refs, 'Ref', { repo_id: repo.id, ref: `refs/heads/${name}`, sha }, at)
    },
  }
  return past
}

/** For each commit of the seed, its file as far as it had grown by then: whole paragraphs, never half a one. */
function revealFiles(seed: RepositorySeed): string[] {
  const done = new Map<string, number>()
  return seed.commits.map(([path]) => {
    const paragraphs = (seed.files[path] ?? '').trimEnd().split('\n\n')
    const commits = seed.commits.filter(([other]) => other === path).length
    const nth = (done.get(path) ?? 0) + 1
    done.set(path, nth)
    const shown = Math.ceil((paragraphs.length * nth) / commits)
    return `${paragraphs.slice(0, shown).join('\n\n')}\n`
  })
}

function countOpenIssues({ rows }: Planting, { row, milestoneIds }: PlantedRepository): void {
  const issues = rows.issues.findBy('repo_id', row.id)
  row.open_issues_count = issues.filter((issue) => issue.state === 'open').length
  row.updated_at = row.pushed_at ?? row.updated_at
  for (const id of milestoneIds) {
    const inIt = issues.filter((issue) => issue.milestone_id === id)
    Object.assign(rows.milestones.get(id)!, {
      open_issues: inIt.filter((issue) => issue.state === 'open').length,
      closed_issues: inIt.filter((issue) => issue.state === 'closed').length,
    })
  }
}
