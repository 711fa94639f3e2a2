import type { Deployment } from '../../contract/deployments.ts'
import { flagIn, integerIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'

/** A deployment; how it went is told by its statuses. */
export type DeploymentFacts = Omit<Deployment, 'status'>

const { plain, times, flags, person, toldColumn } = columnsOf<DeploymentFacts>()

/** https://docs.github.com/en/rest/deployments/deployments */
export const deployment = {
  name: 'deployment',
  version: 1,
  table: 'deployments',
  key: ['id'],
  columns: [
    ...plain('id', 'sha', 'ref', 'task', 'environment', 'description'),
    ...flags('transient_environment', 'production_environment'),
    person('creator'),
    ...times('created_at', 'updated_at'),
    toldColumn,
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    sha: textIn(object, 'sha'),
    ref: textIn(object, 'ref'),
    task: optionalTextIn(object, 'task') ?? 'deploy',
    environment: textIn(object, 'environment'),
    description: optionalTextIn(object, 'description'),
    transient_environment: flagIn(object, 'transient_environment'),
    production_environment: flagIn(object, 'production_environment'),
    creator: personIn(object, 'creator'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  told: { columns: ['id', 'sha', 'ref', 'environment', 'description', 'created_at', 'updated_at'] },
  replaces: isNotOlder,
  events: {
    deployment: { at: 'deployment', subject: true },
    deployment_status: { at: 'deployment' },
  },
  listed: {
    resource: 'deployments',
    route: 'GET /repos/{owner}/{repo}/deployments',
    mostPages: 3,
    // The newest made, not the last changed: what becomes of an older one is told by its statuses.
    newestFirst: true,
    // No webhook tells that one was deleted.
    sweep: {},
  },
} satisfies Kind<DeploymentFacts>
