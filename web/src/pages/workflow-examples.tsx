import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Section } from '../components/page.tsx'
import { type WorkflowExample, workflowExamplesQuery } from '../data/workflow-queries.ts'
import styles from './workflow-examples.module.css'

/** Definitions to start from. Says nothing while there are none to show: the page works without them. */
export function WorkflowExamples() {
  const { data: examples } = useQuery(workflowExamplesQuery)
  if (!examples?.length) return null
  return (
    <Section title="Start from an example">
      <ul className={styles.gallery}>
        {examples.map((example) => (
          <li key={example.file}>
            <Link to="/workflows/new" search={{ example: example.file }} className={styles.example}>
              <span className={styles.name}>{example.name}</span>
              <span className={styles.words}>{introductionOf(example)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** The comment that an example begins with, as one paragraph. */
function introductionOf({ source }: WorkflowExample): string {
  const lines = source.split('\n')
  const end = lines.findIndex((line) => !line.startsWith('#'))
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^#\s?/, ''))
    .join(' ')
    .trim()
}
