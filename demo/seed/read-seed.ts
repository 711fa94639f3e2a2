import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../src/project-root.ts'
import type { ReviewRow } from '../emulate-rows.ts'

export type IssueKind =
  | 'bug'
  | 'enhancement'
  | 'performance'
  | 'documentation'
  | 'question'
  | 'security'
  | 'regression'
  | 'dependencies'

export interface PullSeed {
  state: 'open' | 'draft' | 'merged' | 'closed'
  by: string
  branch: string
  title: string
  body: string
  /** The file that the pull request brings, and its text. */
  path: string
  adds: string
  labels: string[]
  reviews?: Array<[login: string, state: ReviewRow['state'], text: string]>
  /** Who is still asked for a review. */
  waiting?: string[]
}

export interface RepositorySeed {
  name: string
  description: string
  language: string
  languages: Record<string, number>
  topics: string[]
  homepage?: string
  private?: boolean
  stars: number
  /** Age of the repository. */
  weeks: number
  milestones: string[]
  /** The files as they are today; commits reveal them paragraph by paragraph. */
  files: Record<string, string>
  commits: Array<[path: string, login: string, message: string]>
  issues: Array<
    [kind: IssueKind, state: 'open' | 'completed' | 'not_planned' | 'reopened', title: string, body: string]
  >
  pulls: PullSeed[]
}

/** Reads the organisation's repositories: one YAML file each beside this one, in order of name. */
export function readSeed(): RepositorySeed[] {
  const folder = join(projectRoot, 'demo/seed')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as RepositorySeed)
}
