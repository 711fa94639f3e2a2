import { CalendarIcon, PencilIcon, PeopleIcon, PersonIcon, PlayIcon, ZapIcon } from '@primer/octicons-react'
import { Banner, Button, Label } from '@primer/react'
import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import type { WorkflowDetail } from '../../../../contract/workflows.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page, PageHeader } from '../../components/page.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { runLook, StatePill } from '../../components/state-icon.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { useMe } from '../../data/use-session.ts'
import { workflowQuery } from '../../data/workflow-queries.ts'
import { RunDialog } from './run-dialog.tsx'
import { WorkflowMenu } from './workflow-menu.tsx'

const route = getRouteApi('/app/workflows/$id')

/** One workflow: its head and its sides. */
export function WorkflowPage() {
  const { id } = route.useParams()
  const { data: workflow } = useSuspenseQuery(workflowQuery(id))
  return (
    <Page>
      <WorkflowHeader workflow={workflow} />
      <Tabs
        label="Workflow"
        tabs={[
          { label: 'Runs', to: '/workflows/$id', params: { id }, exact: true },
          { label: 'Graph', to: '/workflows/$id/graph', params: { id } },
          { label: 'Source', to: '/workflows/$id/source', params: { id } },
          { label: 'Versions', to: '/workflows/$id/versions', params: { id }, count: workflow.version },
        ]}
      />
      <Outlet />
    </Page>
  )
}

function WorkflowHeader({ workflow }: { workflow: WorkflowDetail }) {
  const [asking, setAsking] = useState(false)
  const mayRun = (useMe()?.role ?? 'viewer') !== 'viewer' && workflow.inputs !== null
  return (
    <>
      <PageHeader
        title={workflow.name}
        state={
          workflow.enabled ? (
            workflow.last_run && <StatePill look={runLook(workflow.last_run)} />
          ) : (
            <Label variant="attention">Disabled</Label>
          )
        }
        facts={
          <>
            <span>
              <ZapIcon size={14} /> {workflow.triggers.join(', ') || 'no trigger'}
            </span>
            {workflow.created_by && (
              <span title="Its steps act on GitHub as this person">
                <PersonIcon size={14} /> acts as {workflow.created_by}
              </span>
            )}
            {workflow.visibility === 'shared' && (
              <span title="Everybody signed in may read it">
                <PeopleIcon size={14} /> shared
              </span>
            )}
            {workflow.enabled && workflow.next_at && (
              <span>
                <CalendarIcon size={14} /> next <RelativeTime at={workflow.next_at} />
              </span>
            )}
            <span>
              version {workflow.version}, <RelativeTime at={workflow.updated_at} />
            </span>
          </>
        }
        actions={
          <>
            {workflow.can_edit && (
              <LinkButton to="/workflows/$id/edit" params={{ id: workflow.id }} leadingVisual={PencilIcon}>
                Edit
              </LinkButton>
            )}
            {mayRun && (
              <Button
                variant="primary"
                leadingVisual={PlayIcon}
                disabled={!workflow.enabled}
                onClick={() => setAsking(true)}
              >
                Run workflow
              </Button>
            )}
            {workflow.can_edit && <WorkflowMenu workflow={workflow} />}
          </>
        }
      />
      {workflow.fault && (
        <Banner
          variant="warning"
          title="The last time it should have run it was not started"
          description={
            <>
              {workflow.fault.message} <RelativeTime at={workflow.fault.at} />
            </>
          }
        />
      )}
      {asking && (
        <RunDialog workflow={workflow} inputs={workflow.inputs ?? []} onClose={() => setAsking(false)} />
      )}
    </>
  )
}
