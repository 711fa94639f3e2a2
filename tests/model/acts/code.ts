import { protectionOf, releaseOf, rulesetOf } from '../render-others.ts'
import { pushOf } from '../render-repository.ts'
import type { Release, Rule } from '../state.ts'
import { addCommit, reachedFrom } from '../world.ts'
import { type Act, type Acting, anyOf, push, send } from './acting.ts'

const pushMore: Act = (acting) => {
  const { world, repository, random, actor } = acting
  const branch = random.pick([...repository.branches.keys()])
  if (branch === undefined) return
  let sha = repository.branches.get(branch)!
  const count = 1 + random.below(3)
  for (let made = 0; made < count; made++) {
    sha = addCommit(world, repository, { parents: [sha], author: actor }).sha
  }
  push(acting, { branch, sha })
}

const forcePush: Act = (acting) => {
  const { world, repository, random, actor } = acting
  const branch = random.pick([...repository.branches.keys()])
  const older = branch && anyOf(random, reachedFrom(repository, repository.branches.get(branch)))
  if (branch === undefined || !older) return
  const { sha } = random.chance(0.3)
    ? older
    : addCommit(world, repository, { parents: older.parents, author: actor })
  if (sha !== repository.branches.get(branch)) push(acting, { branch, sha })
}

const createBranch: Act = (acting) => {
  const { world, repository, random } = acting
  const from = random.pick([...repository.branches.values()])
  if (from === undefined) return
  const branch = random.chance(0.5) ? 'dev' : `branch-${world.nextId()}`
  if (!repository.branches.has(branch)) push(acting, { branch, sha: from })
}

const deleteBranch: Act = (acting) => {
  const { repository, random } = acting
  const branch = random.pick(
    [...repository.branches.keys()].filter((name) => name !== repository.default_branch),
  )
  if (branch !== undefined) push(acting, { branch, sha: null })
}

const mergeBranch: Act = (acting) => {
  const { world, repository, random, actor } = acting
  const main = repository.branches.get(repository.default_branch)
  const other = random.pick([...repository.branches.values()])
  if (main === undefined || other === undefined || main === other) return
  const { sha } = addCommit(world, repository, { parents: [main, other], author: actor })
  push(acting, { branch: repository.default_branch, sha })
}

function pushTag(acting: Acting, name: string, sha: string | null): void {
  const { repository, now, actor } = acting
  const before = repository.tags.get(name) ?? null
  if (sha === null) repository.tags.delete(name)
  else repository.tags.set(name, sha)
  repository.pushed_at = now
  repository.updated_at = now
  send(acting, 'push', pushOf(repository, { ref: `refs/tags/${name}`, before, after: sha, pusher: actor }))
  if (before === null || sha === null) {
    send(acting, sha === null ? 'delete' : 'create', { ref: name, ref_type: 'tag', pusher_type: 'user' })
  }
}

const tag: Act = (acting) => {
  const { repository, random } = acting
  const sha = random.pick([...repository.branches.values()])
  const name = `v${random.below(4)}`
  if (sha !== undefined && repository.tags.get(name) !== sha) pushTag(acting, name, sha)
}

const deleteTag: Act = (acting) => {
  const name = acting.random.pick([...acting.repository.tags.keys()])
  if (name !== undefined) pushTag(acting, name, null)
}

function tellRelease(acting: Acting, release: Release, action: string): void {
  release.updated_at = acting.now
  send(acting, 'release', { action, release: releaseOf(acting.repository, release) })
}

const createRelease: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const id = world.nextId()
  const draft = random.chance(0.3)
  const release: Release = {
    ...{ id, tag: `r${id}`, name: `Release ${id}`, draft, prerelease: random.chance(0.3), author: actor },
    ...{ published_at: draft ? null : now, created_at: now, updated_at: now },
  }
  repository.releases.set(id, release)
  tellRelease(acting, release, 'created')
  if (!draft) tellRelease(acting, release, 'published')
}

const editRelease: Act = (acting) => {
  const release = anyOf(acting.random, acting.repository.releases.values())
  if (!release) return
  release.name = `Release ${acting.world.nextId()}`
  tellRelease(acting, release, 'edited')
}

const publishRelease: Act = (acting) => {
  const release = anyOf(acting.random, acting.repository.releases.values())
  if (!release) return
  release.draft = !release.draft
  release.published_at = release.draft ? null : acting.now
  tellRelease(acting, release, release.draft ? 'unpublished' : 'published')
}

const deleteRelease: Act = (acting) => {
  const release = anyOf(acting.random, acting.repository.releases.values())
  if (!release) return
  acting.repository.releases.delete(release.id)
  tellRelease(acting, release, 'deleted')
}

function turnRule(
  acting: Acting,
  rules: Map<number, Rule>,
  tell: (rule: Rule, action: string) => void,
): void {
  const { world, random, now } = acting
  const rule = anyOf(random, rules.values())
  if (!rule || random.chance(0.4)) {
    const id = world.nextId()
    const made = { id, name: `rule-${id}`, strict: false, created_at: now, updated_at: now }
    rules.set(id, made)
    tell(made, 'created')
  } else if (random.chance(0.3)) {
    rules.delete(rule.id)
    tell(rule, 'deleted')
  } else {
    Object.assign(rule, { strict: !rule.strict, updated_at: now })
    tell(rule, 'edited')
  }
}

const ruleset: Act = (acting) =>
  turnRule(acting, acting.repository.rulesets, (rule, action) =>
    send(acting, 'repository_ruleset', { action, repository_ruleset: rulesetOf(acting.repository, rule) }),
  )

const protection: Act = (acting) =>
  turnRule(acting, acting.repository.protections, (rule, action) =>
    send(acting, 'branch_protection_rule', { action, rule: protectionOf(acting.repository, rule) }),
  )

export const codeActs: Record<string, [weight: number, act: Act]> = {
  push: [8, pushMore],
  'create a branch': [3, createBranch],
  'delete a branch': [3, deleteBranch],
  'merge a branch': [2, mergeBranch],
  tag: [3, tag],
  'delete a tag': [2, deleteTag],
  'create a release': [3, createRelease],
  'edit a release': [2, editRelease],
  'publish or withdraw a release': [2, publishRelease],
  'delete a release': [1, deleteRelease],
  'change a ruleset': [2, ruleset],
  'change a branch protection rule': [2, protection],
}

/** They leave more behind than they tell. */
export const farReachingCodeActs: Record<string, [weight: number, act: Act]> = {
  'push by force': [3, forcePush],
}
