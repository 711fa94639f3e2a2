import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { repositoryQuery } from '../../data/queries.ts'
import { ValueList } from '../../values/value-list.tsx'
import styles from './manage.module.css'

/** Secrets and variables of a repository: set by its admins, read by workflows whose makers may write to it. */
export function SecretsTab() {
  const { owner, repo } = useParams({ from: '/app/repos/$owner/$repo/secrets' })
  const fullName = `${owner}/${repo}`
  const permission = useQuery(repositoryQuery(fullName)).data?.permission
  const mayChange = permission === 'admin'
  return (
    <>
      <p className={styles.lead}>
        For the hub’s workflows in {fullName}. GitHub’s own secrets stay on GitHub and are not read here.
        {permission && !mayChange && ' Only admins of the repository change them.'}
      </p>
      <ValueList table="secrets" repository={fullName} mayChange={mayChange} />
      <ValueList table="variables" repository={fullName} mayChange={mayChange} />
    </>
  )
}
