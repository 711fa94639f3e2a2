import { GearIcon, PlayIcon } from '@primer/octicons-react'
import { ActionList, ActionMenu } from '@primer/react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ActionsWorkflow } from '../../../contract/mirror.ts'
import { actionsWorkflowsQuery } from '../data/actions-queries.ts'
import { useActs, useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { DispatchDialog } from './dispatch-dialog.tsx'

/** Starts a workflow of the repository by hand, or switches one on or off. */
export function DispatchWorkflow({ fullName }: { fullName: string }) {
  const query = actionsWorkflowsQuery(fullName)
  const workflows = itemsOf(useInfiniteQuery(query))
  const cache = useQueryClient()
  const { wish } = useActs({ fullName, number: 0 })
  const { may } = useRights(fullName)
  const [chosen, setChosen] = useState<ActionsWorkflow | null>(null)
  if (workflows.length === 0 || !may('workflow.dispatch')) return null
  const active = workflows.filter(({ state }) => state === 'active')
  const turn = ({ id, name, state }: ActionsWorkflow) =>
    wish({
      name: state === 'active' ? 'workflow.disable' : 'workflow.enable',
      values: { id },
      body: {},
      label: `${state === 'active' ? 'disable' : 'enable'} ${name}`,
      onDone: () => void cache.invalidateQueries({ queryKey: query.queryKey }),
    })
  return (
    <>
      <ActionMenu>
        <ActionMenu.Button leadingVisual={PlayIcon}>Run workflow</ActionMenu.Button>
        <ActionMenu.Overlay>
          <ActionList>
            {active.map((workflow) => (
              <ActionList.Item key={workflow.id} onSelect={() => setChosen(workflow)}>
                {workflow.name}
              </ActionList.Item>
            ))}
          </ActionList>
        </ActionMenu.Overlay>
      </ActionMenu>
      <ActionMenu>
        <ActionMenu.Button leadingVisual={GearIcon}>Workflows</ActionMenu.Button>
        <ActionMenu.Overlay>
          <ActionList>
            {workflows.map((workflow) => (
              <ActionList.Item key={workflow.id} onSelect={() => turn(workflow)}>
                {workflow.state === 'active' ? 'Disable' : 'Enable'} {workflow.name}
                <ActionList.Description>{workflow.path}</ActionList.Description>
              </ActionList.Item>
            ))}
          </ActionList>
        </ActionMenu.Overlay>
      </ActionMenu>
      {chosen && <DispatchDialog fullName={fullName} workflow={chosen} onClose={() => setChosen(null)} />}
    </>
  )
}
