import { PlusIcon, WorkflowIcon } from '@primer/octicons-react'
import { Banner, Label, ToggleSwitch } from '@primer/react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { User } from '../../../contract/identity.ts'
import type { Workflow } from '../../../contract/workflows.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { List } from '../components/list.tsx'
import { Page, PageHeader } from '../components/page.tsx'
import { RelativeTime } from '../components/relative-time.tsx'
import { Row } from '../components/row.tsx'
import { runLook, StateIcon } from '../components/state-icon.tsx'
import { api } from '../data/api.ts'
import { useMe } from '../data/use-session.ts'
import { workflowsQuery } from '../data/workflow-queries.ts'
import { WorkflowExamples } from './workflow-examples.tsx'
import styles from './workflows.module.css'

/** Every workflow of the hub, with how its last run went and when it runs next. */
export function WorkflowsPage() {
  const query = useInfiniteQuery(workflowsQuery)
  const me = useMe()
  const mayWrite = me !== null && me.role !== 'viewer'
  const queryClient = useQueryClient()
  const toggle = useMutation({
    mutationFn: ({ id, enabled }: Pick<Workflow, 'id' | 'enabled'>) =>
      api.patch(`/workflows/${id}`, { enabled }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: workflowsQuery.queryKey }),
  })
  return (
    <Page>
      <PageHeader
        title="Workflows"
        actions={
          mayWrite && (
            <LinkButton variant="primary" leadingVisual={PlusIcon} to="/workflows/new">
              New workflow
            </LinkButton>
          )
        }
      />
      {toggle.error && (
        <Banner
          variant="critical"
          title="The workflow could not be switched"
          description={toggle.error.message}
          onDismiss={toggle.reset}
          className={styles.banner}
        />
      )}
      <List
        label="Workflows"
        query={query}
        identity={(workflow) => workflow.id}
        row={(workflow) => (
          <WorkflowRow
            workflow={workflow}
            enabled={
              toggle.isPending && toggle.variables.id === workflow.id
                ? toggle.variables.enabled
                : workflow.enabled
            }
            onToggle={
              maySwitch(me, workflow) ? (enabled) => toggle.mutate({ id: workflow.id, enabled }) : undefined
            }
          />
        )}
        empty={
          <EmptyState icon={WorkflowIcon} title="No workflows yet">
            A workflow does something when something happens on GitHub, at set times, or when you start it. It
            is written in the words of GitHub Actions, and survives a crash at any step.
          </EmptyState>
        }
      />
      {query.isSuccess && mayWrite && <WorkflowExamples />}
    </Page>
  )
}

/** As the hub decides it: who made the workflow, and maintainers. */
function maySwitch(me: User | null, workflow: Workflow): boolean {
  if (!me || me.role === 'viewer') return false
  return me.role !== 'member' || workflow.created_by === me.login
}

function WorkflowRow({
  workflow,
  enabled,
  onToggle,
}: {
  workflow: Workflow
  enabled: boolean
  onToggle: ((enabled: boolean) => void) | undefined
}) {
  const { last_run: last } = workflow
  return (
    <Row
      icon={
        last ? (
          <StateIcon look={runLook(last)} />
        ) : (
          <StateIcon look={{ icon: WorkflowIcon, tone: 'muted', word: 'Never ran' }} />
        )
      }
      title={workflow.name}
      to="/workflows/$id"
      params={{ id: workflow.id }}
      changed={last && `${last.id} ${last.status} ${last.conclusion}`}
      labels={workflow.triggers.map((trigger) => (
        <Label key={trigger} size="small" variant="secondary">
          {trigger}
        </Label>
      ))}
      meta={
        <>
          {last ? (
            <span>
              last ran <RelativeTime at={last.created_at} />
            </span>
          ) : (
            <span>never ran</span>
          )}
          {enabled && workflow.next_at && (
            <>
              <span>·</span>
              <span>
                next <RelativeTime at={workflow.next_at} />
              </span>
            </>
          )}
          {workflow.created_by && (
            <>
              <span>·</span>
              <span>acts as {workflow.created_by}</span>
            </>
          )}
        </>
      }
      trailing={
        onToggle ? (
          <>
            <span id={`enabled-${workflow.id}`} hidden>
              {workflow.name} enabled
            </span>
            <ToggleSwitch
              size="small"
              aria-labelledby={`enabled-${workflow.id}`}
              checked={enabled}
              onClick={() => onToggle(!enabled)}
            />
          </>
        ) : (
          !enabled && <span>disabled</span>
        )
      }
    />
  )
}
