import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { workflowQuery } from '../../data/workflow-queries.ts'
import { jobsOfDefinition } from '../../graph/graph-job.ts'
import { WorkflowGraph } from '../../graph/workflow-graph.tsx'
import styles from './graph.module.css'

const route = getRouteApi('/app/workflows/$id')

/** What the workflow would do: the graph of its definition, and the steps of the job that is opened. */
export function WorkflowGraphTab() {
  const { data: workflow } = useSuspenseQuery(workflowQuery(route.useParams().id))
  const [opened, setOpened] = useState<string | null>(null)
  const job = workflow.graph.jobs.find(({ id }) => id === opened)
  return (
    <>
      <WorkflowGraph
        label={`Jobs of ${workflow.name}`}
        jobs={jobsOfDefinition(workflow.graph)}
        now={0}
        selected={opened}
        onOpen={setOpened}
      />
      {job && (
        <section className={styles.steps} aria-label={`Steps of ${job.name}`}>
          <h2 className={styles.title}>{job.name}</h2>
          <ol>
            {job.steps.map((step) => (
              <li key={step.id} className={styles.step}>
                <span>{step.name}</span>
                <code className={styles.uses}>{step.uses}</code>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  )
}
