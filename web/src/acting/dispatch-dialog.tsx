import { Banner, Dialog, FormControl, Select } from '@primer/react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import type { ActionsWorkflow } from '../../../contract/mirror.ts'
import type { WorkflowInput } from '../../../contract/workflows.ts'
import { WorkflowInputField } from '../components/workflow-input-field.tsx'
import { workflowFileQuery } from '../data/actions-queries.ts'
import { useActs } from '../data/acts.ts'
import { type TypedInputs, usualValue } from '../data/input-values.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { branchesQuery, repositoryQuery } from '../data/queries.ts'
import styles from './dispatch-dialog.module.css'

/** Asks for a branch and for what the workflow's file on it asks for, and starts the workflow with it. */
export function DispatchDialog({
  fullName,
  workflow,
  onClose,
}: {
  fullName: string
  workflow: ActionsWorkflow
  onClose: () => void
}) {
  const form = useRef<HTMLFormElement>(null)
  const usual = useQuery(repositoryQuery(fullName)).data?.default_branch ?? 'main'
  const branches = itemsOf(useInfiniteQuery(branchesQuery(fullName)))
  const [chosen, setRef] = useState<string | null>(null)
  const ref = chosen ?? usual
  const file = useQuery(workflowFileQuery(fullName, workflow.id, ref))
  const inputs = file.data?.dispatch ?? []
  const named = useInfiniteQuery({
    ...plainQuery('environment', fullName),
    enabled: inputs.some(({ type }) => type === 'environment'),
  })
  const environments = itemsOf(named).map(({ name }) => name)
  const [typed, setTyped] = useState<TypedInputs>({})
  const { wish } = useActs({ fullName, number: 0 })
  const chosenValue = (input: WorkflowInput) => typed[input.name] ?? usualValue(input)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const told = inputs
      .map((input) => [input.name, chosenValue(input)] as const)
      .filter(([, value]) => value !== '')
    wish({
      name: 'workflow.dispatch',
      values: { id: workflow.id },
      body: { ref, ...(told.length > 0 && { inputs: Object.fromEntries(told) }) },
      label: `run ${workflow.name} on ${ref}`,
    })
    onClose()
  }
  const isStartable = file.isSuccess && file.data.dispatch !== null
  return (
    <Dialog
      title={`Run ${workflow.name}`}
      width="large"
      onClose={onClose}
      footerButtons={[
        { content: 'Cancel', onClick: onClose },
        {
          content: 'Run workflow',
          buttonType: 'primary',
          disabled: !isStartable,
          onClick: () => form.current?.requestSubmit(),
        },
      ]}
    >
      <form ref={form} onSubmit={submit} className={styles.form}>
        <FormControl>
          <FormControl.Label>Use workflow from branch</FormControl.Label>
          <Select block value={ref} onChange={({ target }) => setRef(target.value)}>
            {[...new Set([usual, ...branches.map(({ name }) => name)])].map((name) => (
              <Select.Option key={name} value={name}>
                {name}
              </Select.Option>
            ))}
          </Select>
        </FormControl>
        {file.isPending && <p role="status">Reading what the workflow asks for.</p>}
        {file.isError && (
          <Banner
            variant="warning"
            title="The workflow's file could not be read"
            description={file.error.message}
          />
        )}
        {file.data?.dispatch === null && (
          <Banner
            variant="info"
            title="It cannot be started by hand"
            description={`On ${ref}, ${workflow.path} has no workflow_dispatch trigger.`}
          />
        )}
        {inputs.map((input) => (
          <WorkflowInputField
            key={input.name}
            input={input}
            label={input.description ?? input.name}
            caption={input.description && input.name}
            environments={environments}
            value={chosenValue(input)}
            onChange={(value) => setTyped((held) => ({ ...held, [input.name]: value }))}
          />
        ))}
      </form>
    </Dialog>
  )
}
