import { Button, Label } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorState } from '../../components/error-state.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { workflowVersionsQuery } from '../../data/workflow-queries.ts'
import { SourceEditor } from '../../editor/source-editor.tsx'
import styles from './versions.module.css'

const route = getRouteApi('/app/workflows/$id')

/** Every version of the definition, the newest first; each can be read. Runs keep the version they began with. */
export function WorkflowVersionsTab() {
  const query = useQuery(workflowVersionsQuery(route.useParams().id))
  const [opened, setOpened] = useState<number | null>(null)
  if (query.isPending) return <SkeletonRows rows={4} />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return (
    <ol className={styles.versions}>
      {query.data.map(({ version, created_by, created_at, source }, index) => (
        <li key={version} className={styles.version}>
          <div className={styles.head}>
            <span className={styles.name}>Version {version}</span>
            {index === 0 && (
              <Label variant="success" size="small">
                Current
              </Label>
            )}
            <span className={styles.quiet}>
              {created_by && `${created_by}, `}
              <RelativeTime at={created_at} />
            </span>
            <Button
              size="small"
              variant="invisible"
              aria-expanded={opened === version}
              className={styles.open}
              onClick={() => setOpened(opened === version ? null : version)}
            >
              {opened === version ? 'Hide source' : 'Show source'}
            </Button>
          </div>
          {opened === version && (
            <div className={styles.source}>
              <SourceEditor label={`Source of version ${version}`} source={source} />
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}
