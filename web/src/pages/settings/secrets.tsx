import { usePageTitle } from '../../components/page.tsx'
import { useMe } from '../../data/use-session.ts'
import { ValueList } from '../../values/value-list.tsx'
import styles from './settings.module.css'

/** Secrets and variables of the whole hub: set by its owners, read by workflows. */
export function SecretsTab() {
  usePageTitle('Secrets and variables · Settings')
  const mayChange = useMe()?.role === 'owner'
  return (
    <>
      <p className={styles.lead}>
        For workflows over all repositories. A secret is told to workflows that an owner or maintainer of the
        hub wrote; each repository has its own besides, which win.
        {!mayChange && ' Only owners of the hub change them.'}
      </p>
      <ValueList table="secrets" repository={null} mayChange={mayChange} />
      <ValueList table="variables" repository={null} mayChange={mayChange} />
    </>
  )
}
