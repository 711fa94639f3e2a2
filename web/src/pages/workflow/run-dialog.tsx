import { Banner, Dialog, FormControl, TextInput } from '@primer/react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useId, useRef, useState } from 'react'
import type { Run, RunRequest, Workflow, WorkflowInput } from '../../../../contract/workflows.ts'
import { WorkflowInputField } from '../../components/workflow-input-field.tsx'
import { api } from '../../data/api.ts'
import { inputValues, type TypedInputs, typedInputs } from '../../data/input-values.ts'
import { repositoriesQuery } from '../../data/queries.ts'
import styles from './run-dialog.module.css'

/** Asks for a workflow's inputs, each by its type, and starts it. What was typed stays when the hub refuses. */
export function RunDialog({
  workflow,
  inputs,
  onClose,
}: {
  workflow: Workflow
  inputs: readonly WorkflowInput[]
  onClose: () => void
}) {
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const [typed, setTyped] = useState<TypedInputs>(() => typedInputs(inputs))
  const [repository, setRepository] = useState('')
  const start = useMutation({
    mutationFn: (request: RunRequest) => api.post<Run>(`/workflows/${workflow.id}/runs`, request),
    onSuccess: (run) => void navigate({ to: '/runs/$id', params: { id: run.id } }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    start.mutate({ inputs: inputValues(inputs, typed), ...(repository ? { repository } : {}) })
  }
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
          loading: start.isPending,
          onClick: () => form.current?.requestSubmit(),
        },
      ]}
    >
      <form ref={form} onSubmit={submit} className={styles.form}>
        {start.error && (
          <Banner
            variant="critical"
            title="The workflow could not be started"
            description={start.error.message}
          />
        )}
        {inputs.map((input) => (
          <WorkflowInputField
            key={input.name}
            input={input}
            label={input.name}
            caption={input.description}
            value={typed[input.name] ?? ''}
            onChange={(value) => setTyped((held) => ({ ...held, [input.name]: value }))}
          />
        ))}
        <RepositoryField value={repository} onChange={setRepository} />
      </form>
    </Dialog>
  )
}

/** The repository that the run is about, for steps that name none themselves. */
function RepositoryField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const list = useId()
  const known = useInfiniteQuery(repositoriesQuery({ sort: 'pushed', q: value })).data?.pages[0]?.items ?? []
  return (
    <FormControl>
      <FormControl.Label>Repository</FormControl.Label>
      <FormControl.Caption>
        Which one the run is about, where its steps do not say. May stay empty.
      </FormControl.Caption>
      <TextInput
        block
        list={list}
        placeholder="owner/name"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {known.map((repository) => (
          <option key={repository.id} value={repository.full_name} />
        ))}
      </datalist>
    </FormControl>
  )
}
