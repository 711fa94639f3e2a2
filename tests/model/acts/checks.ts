import { checkOf, deploymentOf, deploymentStatusOf, statusEventOf, suiteOf } from '../render-others.ts'
import type { CheckSuite } from '../state.ts'
import { type Act, anyOf, send } from './acting.ts'

/** The heads of pull requests and branches. */
const begin: Act = (acting) => {
  const { world, repository, random, now } = acting
  const branch = random.pick([...repository.branches.keys()])
  const sha = branch && repository.branches.get(branch)
  if (branch === undefined || sha === undefined) return
  const id = world.nextId()
  const suite: CheckSuite = {
    ...{ id, head_sha: sha, head_branch: branch, status: 'queued', conclusion: null },
    ...{ created_at: now, updated_at: now },
  }
  repository.suites.set(id, suite)
  const check = {
    ...{ id: world.nextId(), suite, name: `check ${id}`, status: 'queued', conclusion: null },
    ...{ started_at: now, completed_at: null },
  }
  repository.checks.set(check.id, check)
  send(acting, 'check_run', { action: 'created', check_run: checkOf(repository, check) })
}

const complete: Act = (acting) => {
  const { repository, random, now } = acting
  const check = anyOf(random, repository.checks.values(), ({ status }) => status !== 'completed')
  if (!check) return
  const end = { status: 'completed', conclusion: random.pick(['success', 'failure'])! }
  Object.assign(check, { ...end, completed_at: now })
  Object.assign(check.suite, { ...end, updated_at: now })
  send(acting, 'check_run', { action: 'completed', check_run: checkOf(repository, check) })
  send(acting, 'check_suite', { action: 'completed', check_suite: suiteOf(repository, check.suite) })
}

const setStatus: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const sha = random.pick([...repository.branches.values()])
  const commit = sha === undefined ? undefined : repository.commits.get(sha)
  if (!commit) return
  const status = {
    ...{
      id: world.nextId(),
      sha: commit.sha,
      context: 'ci',
      creator: actor,
      created_at: now,
      updated_at: now,
    },
    state: random.pick(['pending', 'success', 'failure', 'error'])!,
  }
  repository.statuses.set(status.id, status)
  send(acting, 'status', statusEventOf(status))
}

const deploy: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const branch = random.pick([...repository.branches.keys()])
  const sha = branch && repository.branches.get(branch)
  if (branch === undefined || sha === undefined) return
  const name = random.pick(['production', 'staging'])!
  if (![...repository.environments.values()].some((one) => one.name === name)) {
    const id = world.nextId()
    repository.environments.set(id, { id, name, created_at: now, updated_at: now })
  }
  const deployment = {
    ...{ id: world.nextId(), sha, ref: branch, environment: name, creator: actor },
    ...{ created_at: now, updated_at: now },
  }
  repository.deployments.set(deployment.id, deployment)
  send(acting, 'deployment', { action: 'created', deployment: deploymentOf(repository, deployment) })
}

const setDeploymentStatus: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const deployment = anyOf(random, repository.deployments.values())
  if (!deployment) return
  deployment.updated_at = now
  const status = {
    ...{ id: world.nextId(), deployment: deployment.id, creator: actor, created_at: now, updated_at: now },
    state: random.pick(['in_progress', 'success', 'failure', 'inactive'])!,
  }
  repository.deploymentStatuses.set(status.id, status)
  send(acting, 'deployment_status', {
    action: 'created',
    deployment: deploymentOf(repository, deployment),
    deployment_status: deploymentStatusOf(repository, status),
  })
}

/** No webhook tells that a deployment or an environment is gone. */
const removeDeployment: Act = ({ repository, random }) => {
  const deployment = anyOf(random, repository.deployments.values())
  if (!deployment) return
  repository.deployments.delete(deployment.id)
  for (const { id, deployment: of } of repository.deploymentStatuses.values()) {
    if (of === deployment.id) repository.deploymentStatuses.delete(id)
  }
}

const removeEnvironment: Act = ({ repository, random }) => {
  const environment = anyOf(random, repository.environments.values())
  if (environment) repository.environments.delete(environment.id)
}

export const checkActs: Record<string, [weight: number, act: Act]> = {
  'begin a check': [4, begin],
  'complete a check': [4, complete],
  'set a status': [3, setStatus],
  deploy: [3, deploy],
  'set the status of a deployment': [3, setDeploymentStatus],
}

/** What no webhook tells. */
export const silentCheckActs: Record<string, [weight: number, act: Act]> = {
  'delete a deployment': [1, removeDeployment],
  'delete an environment': [1, removeEnvironment],
}
