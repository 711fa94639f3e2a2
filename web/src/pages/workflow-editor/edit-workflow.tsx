import { Banner } from '@primer/react'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkflowDetail } from '../../../../contract/workflows.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { api } from '../../data/api.ts'
import { workflowQuery } from '../../data/workflow-queries.ts'
import styles from './workflow-editor.module.css'
import { WorkflowEditor } from './workflow-editor.tsx'

const route = getRouteApi('/app/workflows/$id/edit')

/** A workflow's next version. */
export function EditWorkflowPage() {
  const { id } = route.useParams()
  const queryClient = useQueryClient()
  const { data: workflow } = useSuspenseQuery(workflowQuery(id))
  const [initial] = useState(workflow.source)
  const [version, setVersion] = useState(workflow.version)
  const save = async (source: string) => {
    const next = await api.put<WorkflowDetail>(`/workflows/${id}`, { source })
    setVersion(next.version)
    queryClient.setQueryData(workflowQuery(id).queryKey, next)
    return next
  }
  return (
    <WorkflowEditor
      title={`Edit ${workflow.name}`}
      initial={initial}
      onSave={save}
      notice={
        workflow.version > version && (
          <Banner
            variant="warning"
            title={`Version ${workflow.version} was saved elsewhere meanwhile`}
            description="Saving here makes yours the newest version; theirs stays among the versions."
            className={styles.banner}
          />
        )
      }
      actions={
        <LinkButton to="/workflows/$id" params={{ id }}>
          Back to workflow
        </LinkButton>
      }
    />
  )
}
