import { accountOf } from '../render-repository.ts'
import { createRepository } from '../world.ts'
import { type Act, type Acting, send } from './acting.ts'

function tell(acting: Acting, action: string, more: object = {}): void {
  acting.repository.updated_at = acting.now
  send(acting, 'repository', { action, ...more })
}

const describe: Act = (acting) => {
  acting.repository.description = `Description ${acting.world.nextId()}`
  tell(acting, 'edited', { changes: { description: { from: null } } })
}

const rename: Act = (acting) => {
  const { repository, world } = acting
  const from = repository.name
  repository.name = `repository-${world.nextId()}`
  tell(acting, 'renamed', { changes: { repository: { name: { from } } } })
}

const transfer: Act = (acting) => {
  const { repository, world } = acting
  const from = repository.owner
  repository.owner = world.owners.find((owner) => owner !== from)!
  tell(acting, 'transferred', { changes: { owner: { from: { user: accountOf(from) } } } })
}

const turnPrivate: Act = (acting) => {
  acting.repository.private = !acting.repository.private
  tell(acting, acting.repository.private ? 'privatized' : 'publicized')
}

const turnArchived: Act = (acting) => {
  acting.repository.archived = !acting.repository.archived
  tell(acting, acting.repository.archived ? 'archived' : 'unarchived')
}

const changeDefaultBranch: Act = (acting) => {
  const { repository, random } = acting
  const from = repository.default_branch
  const to = random.pick([...repository.branches.keys()].filter((name) => name !== from))
  if (to === undefined) return
  repository.default_branch = to
  tell(acting, 'edited', { changes: { default_branch: { from } } })
}

/** Deleted, which the webhooks of a repository do not tell, and made anew under the same name. */
const remake: Act = (acting) => {
  const { world, repository, random } = acting
  world.repositories = world.repositories.filter((other) => other !== repository)
  world.removed.push(repository)
  if (random.chance(0.5)) tell(acting, 'deleted')
  createRepository(world, repository)
}

/** Another repository gets the name that this one had until now. */
const replaceName: Act = (acting) => {
  const { world, repository } = acting
  const { name, owner } = repository
  rename(acting)
  createRepository(world, { name, owner })
}

/** Who changes their name changes it everywhere, and nothing tells. */
const renameAccount: Act = ({ world, random }) => {
  const account = random.pick(world.accounts)!
  account.login = `renamed-${world.nextId()}`
}

export const repositoryActs: Record<string, [weight: number, act: Act]> = {
  'describe the repository': [1, describe],
  'turn the repository private or public': [1, turnPrivate],
  'archive the repository': [1, turnArchived],
}

/** What changes more than its webhook tells. */
export const farReachingActs: Record<string, [weight: number, act: Act]> = {
  'rename the repository': [1, rename],
  'transfer the repository': [1, transfer],
  'change the default branch': [2, changeDefaultBranch],
  'make the repository anew': [1, remake],
  'give its name to another': [1, replaceName],
  'rename an account': [1, renameAccount],
}
