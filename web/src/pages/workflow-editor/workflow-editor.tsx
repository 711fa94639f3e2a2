import { AlertIcon, CheckIcon } from '@primer/octicons-react'
import { Banner, Button, ConfirmationDialog } from '@primer/react'
import { useBlocker } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import type { WorkflowDetail } from '../../../../contract/workflows.ts'
import { Page, PageHeader } from '../../components/page.tsx'
import { ApiError } from '../../data/api.ts'
import { SourceEditor, type SourceEditorHandle } from '../../editor/source-editor.tsx'
import { jobsOfDefinition } from '../../graph/graph-job.ts'
import { WorkflowGraph } from '../../graph/workflow-graph.tsx'
import { lineOfJob } from './line-of-job.ts'
import { ProblemList } from './problem-list.tsx'
import { useValidation } from './use-validation.ts'
import styles from './workflow-editor.module.css'

/**
 * The text of a workflow with what the hub thinks of it and the graph that it makes, while it is typed. Nothing that
 * was typed is lost: a refusal leaves it, and leaving the page asks first.
 */
export function WorkflowEditor({
  title,
  initial,
  actions,
  notice,
  onSave,
}: {
  title: string
  /** The text to start from, and the one that counts as saved. */
  initial: string
  actions?: ReactNode
  notice?: ReactNode
  /** Saves; what it throws is shown. */
  onSave: (source: string) => Promise<WorkflowDetail>
}) {
  const editor = useRef<SourceEditorHandle>(null)
  const [source, setSource] = useState(initial)
  const [saved, setSaved] = useState({ source: initial, version: null as number | null })
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<Error | null>(null)
  const validation = useValidation(source)
  const dirty = source !== saved.source
  const leaving = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: dirty, withResolver: true })

  const save = async () => {
    if (saving) return
    setSaving(true)
    setFailure(null)
    try {
      const { version } = await onSave(source)
      setSaved({ source, version })
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)))
    }
    setSaving(false)
  }

  const refused = failure instanceof ApiError ? failure.problems : []
  return (
    <Page>
      <PageHeader
        title={title}
        facts={<SaveState dirty={dirty} version={saved.version} />}
        actions={
          <>
            {actions}
            <Button variant="primary" loading={saving} onClick={() => void save()}>
              Save workflow
            </Button>
          </>
        }
      />
      {notice}
      {failure && (
        <Banner
          variant="critical"
          title="The workflow was not saved"
          description={refused[0] ? `Line ${refused[0].line}: ${refused[0].message}` : failure.message}
          onDismiss={() => setFailure(null)}
          className={styles.banner}
        />
      )}
      <div className={styles.sides}>
        <div className={styles.source}>
          <SourceEditor
            ref={editor}
            label="Workflow source"
            source={source}
            problems={validation.problems}
            onChange={setSource}
            onSave={() => void save()}
          />
        </div>
        <div className={styles.preview}>
          {validation.graph && (
            <figure>
              <WorkflowGraph
                label="Jobs of this workflow"
                jobs={jobsOfDefinition(validation.graph)}
                now={0}
                onOpen={(job) => {
                  const line = lineOfJob(source, job)
                  if (line) editor.current?.reveal({ line, column: 1 })
                }}
              />
              {!validation.current && (
                <figcaption className={styles.stale}>As it was before the text had errors.</figcaption>
              )}
            </figure>
          )}
          <ProblemList validation={validation} onOpen={(problem) => editor.current?.reveal(problem)} />
        </div>
      </div>
      {leaving.status === 'blocked' && (
        <ConfirmationDialog
          title="Leave without saving?"
          confirmButtonContent="Leave without saving"
          cancelButtonContent="Keep editing"
          confirmButtonType="danger"
          onClose={(gesture) => (gesture === 'confirm' ? leaving.proceed() : leaving.reset())}
        >
          What you changed in this workflow has not been saved.
        </ConfirmationDialog>
      )}
    </Page>
  )
}

function SaveState({ dirty, version }: { dirty: boolean; version: number | null }) {
  if (dirty) {
    return (
      <span>
        <AlertIcon size={14} /> Not saved yet
      </span>
    )
  }
  if (version === null) return <span className={styles.keys}>Ctrl S saves</span>
  return (
    <span>
      <CheckIcon size={14} /> Saved as version {version}
    </span>
  )
}
