import type { DeploymentStatus } from '../../contract/deployments.ts'
import { type Fields, integerIn, objectIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { DeploymentFacts } from './deployment.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, person } = columnsOf<DeploymentStatus>()

/** So many deployments are read with what became of them, a request each. */
const deploymentsWithStatuses = 10

/** https://docs.github.com/en/rest/deployments/statuses */
export const deploymentStatus = {
  name: 'deployment_status',
  version: 1,
  table: 'deployment_statuses',
  key: ['id'],
  columns: [
    ...plain('id', 'deployment_id', 'state', 'environment', 'description'),
    ...plain('target_url', 'log_url', 'environment_url'),
    person('creator'),
    ...times('created_at', 'updated_at'),
  ],
  read: (object, { under }) => readStatus(object, Number(under)),
  replaces: isNotOlder,
  owner: {
    kind: 'deployment',
    key: ({ deployment_id }) => String(deployment_id),
    column: 'deployment_id',
  },
  events: {
    deployment_status: {
      subject: true,
      read: (payload) =>
        readStatus(objectIn(payload, 'deployment_status'), integerIn(objectIn(payload, 'deployment'), 'id')),
    },
  },
  listed: {
    resource: 'deployment_statuses',
    route: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    under: {
      kind: 'deployment',
      parameters: (deployment) => ({ deployment_id: (deployment as DeploymentFacts).id }),
      column: 'deployment_id',
      wanted: (_, { page, index }) => page === 1 && index < deploymentsWithStatuses,
    },
  },
} satisfies Kind<DeploymentStatus>

function readStatus(object: Fields, deploymentId: number): DeploymentStatus {
  return {
    id: integerIn(object, 'id'),
    deployment_id: deploymentId,
    state: textIn(object, 'state'),
    environment: optionalTextIn(object, 'environment') ?? '',
    description: optionalTextIn(object, 'description'),
    target_url: optionalTextIn(object, 'target_url'),
    log_url: optionalTextIn(object, 'log_url'),
    environment_url: optionalTextIn(object, 'environment_url'),
    creator: personIn(object, 'creator'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }
}
