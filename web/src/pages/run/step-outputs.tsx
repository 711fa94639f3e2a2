import { AlertIcon, InfoIcon, StopIcon } from '@primer/octicons-react'
import { useQuery } from '@tanstack/react-query'
import type { RunState } from '../../../../contract/run.ts'
import type { StepAnnotation, StepOutput } from '../../../../contract/step-output.ts'
import { Prose } from '../../components/prose.tsx'
import { stepOutputsQuery } from '../../data/run-queries.ts'
import styles from './run.module.css'

/** What the commands of a run have to say beside their logs: annotations, and summaries in Markdown. */
export function StepOutputs({ run }: { run: RunState }) {
  const commands = run.jobs.flatMap(({ steps }) => steps.filter(({ uses }) => uses === 'run'))
  const ended = commands.filter(({ status }) => status === 'completed').length
  const left = useQuery({ ...stepOutputsQuery(run.id, ended), enabled: ended > 0 }).data ?? []
  const told = left
    .map((output) => ({ output, where: whereOf(run, output) }))
    .filter(({ where }) => where !== null)
    .sort((a, b) => a.where!.order - b.where!.order)
  const annotations = told.flatMap(({ output, where }) =>
    output.annotations.map((annotation) => ({ annotation, name: where!.name })),
  )
  const summaries = told.filter(({ output }) => output.summary)
  return (
    <>
      {annotations.length > 0 && (
        <section className={styles.left} aria-label="Annotations">
          <h2 className={styles.stepsTitle}>Annotations</h2>
          <ul>
            {annotations.map(({ annotation, name }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and their order stays
              <li key={index} className={styles.annotation}>
                <Level annotation={annotation} />
                <div>
                  <p className={styles.annotationText}>
                    {annotation.title && <strong>{annotation.title}: </strong>}
                    {annotation.message}
                  </p>
                  <p className={styles.quiet}>
                    {name}
                    {annotation.file &&
                      ` · ${annotation.file}${annotation.line ? `:${annotation.line}` : ''}`}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {summaries.map(({ output, where }) => (
        <section
          key={`${output.job}/${output.step}`}
          className={styles.left}
          aria-label={`Summary of ${where!.name}`}
        >
          <h2 className={styles.stepsTitle}>
            Summary <span className={styles.quiet}>{where!.name}</span>
          </h2>
          <Prose text={output.summary} fullName={run.repository ?? ''} />
        </section>
      ))}
    </>
  )
}

function whereOf(run: RunState, { job, step }: StepOutput): { name: string; order: number } | null {
  const at = run.jobs.findIndex(({ id }) => id === job)
  const index = run.jobs[at]?.steps.findIndex(({ id }) => id === step) ?? -1
  if (index < 0) return null
  return { name: `${run.jobs[at]!.name} · ${run.jobs[at]!.steps[index]!.name}`, order: at * 1_000 + index }
}

const icons = { error: StopIcon, warning: AlertIcon, notice: InfoIcon }

function Level({ annotation: { level } }: { annotation: StepAnnotation }) {
  const Icon = icons[level]
  return <Icon className={styles[level] ?? ''} aria-label={level} />
}
