import { RocketIcon, ServerIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Deployment, Environment } from '../../../../contract/deployments.ts'
import { BranchName } from '../../components/branch-name.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { List } from '../../components/list.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { OutsideRow } from '../../components/row.tsx'
import { deploymentLook, StateIcon } from '../../components/state-icon.tsx'
import { itemsOf } from '../../data/items-of.ts'
import { plainQuery } from '../../data/plain-queries.ts'
import styles from './deployments.module.css'

/** Where the repository is deployed to, and how each deployment went. */
export function DeploymentsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/deployments' })
  const fullName = `${owner}/${repo}`
  const deployments = useInfiniteQuery(plainQuery('deployment', fullName))
  const environments = itemsOf(useInfiniteQuery(plainQuery('environment', fullName)))
  return (
    <>
      {environments.length > 0 && (
        <ul className={styles.environments} aria-label="Environments">
          {environments.map((environment) => (
            <EnvironmentCard
              key={environment.id}
              environment={environment}
              latest={itemsOf(deployments).find((one) => one.environment === environment.name)}
            />
          ))}
        </ul>
      )}
      <List
        label="Deployments"
        query={deployments}
        identity={(deployment) => deployment.id}
        row={(deployment, fresh) => <DeploymentRow deployment={deployment} fresh={fresh} />}
        empty={
          <EmptyState icon={RocketIcon} title="No deployments yet">
            A deployment appears here when a workflow or a service tells GitHub of it.
          </EmptyState>
        }
      />
    </>
  )
}

function EnvironmentCard({
  environment: { name, html_url, protection_rules },
  latest,
}: {
  environment: Environment
  latest: Deployment | undefined
}) {
  return (
    <li className={styles.environment}>
      <span className={styles.name}>
        <ServerIcon size={16} />
        <a href={html_url} target="_blank" rel="noreferrer">
          {name}
        </a>
        {protection_rules.length > 0 && <Label>Protected</Label>}
      </span>
      <span className={styles.latest}>
        {latest ? (
          <>
            <StateIcon look={deploymentLook(latest.status)} size={12} /> <code>{latest.sha.slice(0, 7)}</code>{' '}
            <RelativeTime at={latest.created_at} />
          </>
        ) : (
          'Nothing deployed lately'
        )}
      </span>
    </li>
  )
}

function DeploymentRow({ deployment, fresh }: { deployment: Deployment; fresh: boolean }) {
  const { environment, production_environment, ref, sha, creator, created_at, status } = deployment
  return (
    <OutsideRow
      icon={<StateIcon look={deploymentLook(status)} />}
      title={environment}
      href={status?.environment_url || status?.log_url || status?.target_url || undefined}
      labels={production_environment && environment !== 'production' && <Label>Production</Label>}
      changed={status?.state}
      fresh={fresh}
      meta={
        <>
          <BranchName name={ref} />
          <span>
            deployed by {creator?.login ?? 'ghost'} <RelativeTime at={created_at} />
          </span>
          {status?.description && <span>· {status.description}</span>}
        </>
      }
      trailing={<code>{sha.slice(0, 7)}</code>}
    />
  )
}
