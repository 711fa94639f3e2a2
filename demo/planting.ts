import type { Permission } from './emulate-account-rows.ts'
import type { GithubRows, Rows } from './emulate-rows.ts'
import type { CommitInput, Files } from './git-objects.ts'
import type { Person } from './people.ts'
import { between, type Random } from './random.ts'

/** What every part of the planting works with. */
export interface Planting {
  rows: GithubRows
  random: Random
  now: Date
  /** The people with their ids, by login. */
  members: Map<string, Person & { id: number }>
}

export interface PlantedRepository {
  row: ReturnType<GithubRows['repos']['insert']>
  labelIds: Map<string, number>
  milestoneIds: number[]
  /** Who may see it, and what they may do. */
  readers: Array<Person & { id: number; right: Permission }>
}

/** The past of one repository while it happens. */
export interface Past extends Planting {
  repository: PlantedRepository
  /** The default branch as it is by now. */
  main: { files: Files; head: string }
  nextNumber(): number
  /** The person of that login. */
  member(login: string): CommitInput['author']
  writeCommit(commit: CommitInput): string
  /** Puts a commit with these files on the default branch; returns its sha. */
  commitToMain(files: Files, message: string, login: string, at: Date): string
  writeBranch(name: string, sha: string, at: Date): void
  later(at: Date, happen: () => void): void
}

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** Where the ids of each kind begin: GitHub's are large, and people and organisations share one row of numbers. */
const firstIds = {
  User: 5_804_112,
  Organization: 91_204_771,
  Team: 8_120_044,
  TeamMember: 31_044_210,
  Repository: 704_118_233,
  Collaborator: 41_220_871,
  Label: 5_911_302_114,
  Milestone: 11_204_331,
  Issue: 2_704_118_201,
  PullRequest: 2_118_004_377,
  IssueComment: 2_904_771_120,
  PullRequestReview: 2_431_200_918,
  ReviewComment: 2_712_004_118,
  Tag: 63_118_204,
  Release: 201_330_118,
  Branch: 61_200_114,
  Ref: 62_044_871,
  Workflow: 118_204_330,
  WorkflowRun: 12_904_118_402,
  Job: 35_118_904_227,
}

/**
 * Inserts a row as of a moment in the past: emulate stamps rows with now, and returns the very object that it keeps.
 * Gives the row a node id as GitHub does.
 */
export function insertAt<T>(
  rows: Rows<T>,
  kind: keyof typeof firstIds,
  row: Omit<T, 'node_id'>,
  createdAt: Date,
  updatedAt: Date = createdAt,
) {
  const id = rows.get(firstIds[kind]) ? undefined : firstIds[kind]
  // every row type carries a node_id; the compiler cannot see that of an open T
  const fresh: unknown = { ...row, node_id: '', ...(id && { id }) }
  const inserted = rows.insert(fresh as Parameters<typeof rows.insert>[0])
  return Object.assign(inserted, {
    node_id: Buffer.from(`0:${kind}${inserted.id}`).toString('base64').replaceAll('=', ''),
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  })
}

/**
 * A moment between the two, where they leave room in working hours: not at night, seldom at the weekend. `until` where
 * they leave no room at all, so that nothing happens in the future.
 */
export function workingTime(random: Random, from: number, until: number): Date {
  // The same count of numbers is taken whatever the moments are, so that what follows is the same on every day.
  const [share, isMoved] = [random(), random() < 0.8]
  const clock = [between(random, 7, 17), between(random, 0, 59), between(random, 0, 59)] as const
  const room = until - from
  const plain = new Date(room > 0 ? from + Math.floor((share * room) / 1000) * 1000 : until)
  const at = new Date(plain)
  if (at.getUTCDay() % 6 === 0 && isMoved) at.setUTCDate(at.getUTCDate() + (at.getUTCDay() === 0 ? 1 : 2))
  at.setUTCHours(...clock, 0)
  return at.getTime() > from && at.getTime() < until ? at : plain
}
