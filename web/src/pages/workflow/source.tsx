import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { workflowQuery } from '../../data/workflow-queries.ts'
import { SourceEditor } from '../../editor/source-editor.tsx'
import styles from './source.module.css'

const route = getRouteApi('/app/workflows/$id')

/** The definition as it is written, to be read. */
export function WorkflowSourceTab() {
  const { data: workflow } = useSuspenseQuery(workflowQuery(route.useParams().id))
  return (
    <div className={styles.source}>
      <SourceEditor label={`Source of ${workflow.name}`} source={workflow.source} />
    </div>
  )
}
