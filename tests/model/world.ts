import type { Account, Commit, Repository, World } from './state.ts'

/** GitHub tells whole seconds. */
export const timeOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
export const nowIn = ({ clock }: World) => timeOf(clock)

export function createWorld(seed: number, clock: number): World {
  let ids = 0
  const nextId = () => seed * 100_000 + ++ids
  const accountOf = (name: string) => ({ id: nextId(), login: `${name}-${seed}` })
  return {
    seed,
    token: `token-${seed}`,
    accounts: ['mona', 'hubot', 'octo', 'tess'].map(accountOf),
    owners: ['acme', 'umbrella'].map(accountOf),
    repositories: [],
    removed: [],
    clock,
    nextId,
    outbox: [],
  }
}

/** Makes a repository with a first commit. */
export function createRepository(
  world: World,
  { name, owner }: { name: string; owner: Account },
): Repository {
  const at = nowIn(world)
  const repository: Repository = {
    id: world.nextId(),
    owner,
    name,
    private: false,
    archived: false,
    description: null,
    default_branch: 'main',
    ...{ created_at: at, updated_at: at, pushed_at: at },
    number: 0,
    hook: null,
    isLate: false,
    sent: [],
    ...{ commits: new Map(), branches: new Map(), tags: new Map(), labels: new Set() },
    ...{ milestones: new Set(), issues: new Map(), pulls: new Map(), comments: new Map() },
    ...{ reviews: new Map(), reviewComments: new Map(), threads: new Map(), suites: new Map() },
    ...{ checks: new Map(), statuses: new Map(), deployments: new Map(), deploymentStatuses: new Map() },
    ...{ environments: new Map(), workflows: new Map(), runs: new Map(), jobs: new Map() },
    ...{ releases: new Map(), rulesets: new Map(), protections: new Map() },
    ...{ discussions: new Map(), discussionComments: new Map() },
  }
  const first = addCommit(world, repository, { parents: [] })
  repository.branches.set('main', first.sha)
  world.repositories.push(repository)
  return repository
}

/** Makes a commit that no branch stands on yet. */
export function addCommit(
  world: World,
  repository: Repository,
  { parents, author = world.accounts[0]! }: { parents: string[]; author?: Account },
): Commit {
  const id = world.nextId()
  const sha = id.toString(16).padStart(40, 'c')
  const made = { sha, message: `Change ${id}\n\nAnd why.`, author, at: nowIn(world), parents }
  repository.commits.set(sha, made)
  return made
}

/** What a commit leads to, itself included. */
export function reachedFrom({ commits }: Repository, sha: string | undefined): Commit[] {
  const reached = new Map<string, Commit>()
  const open = sha === undefined ? [] : [sha]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const commit = commits.get(name)
    if (!commit || reached.has(name)) continue
    reached.set(name, commit)
    open.push(...commit.parents)
  }
  return [...reached.values()].sort((a, b) => b.at.localeCompare(a.at) || b.sha.localeCompare(a.sha))
}
