import { AlertFillIcon, CheckCircleIcon, XCircleFillIcon } from '@primer/octicons-react'
import type { WorkflowProblem } from '../../../../contract/workflows.ts'
import type { Validation } from './use-validation.ts'
import styles from './workflow-editor.module.css'

/** What is wrong with the text, by place; each entry leads there. */
export function ProblemList({
  validation,
  onOpen,
}: {
  validation: Validation
  onOpen: (problem: WorkflowProblem) => void
}) {
  const { problems, error, current, graph } = validation
  if (error) {
    return (
      <p className={styles.verdict} role="status">
        The text could not be checked: {error.message}
      </p>
    )
  }
  if (problems.length === 0) {
    return graph && current ? (
      <p className={styles.verdict} role="status">
        <CheckCircleIcon size={16} className={styles.good} /> No problems
      </p>
    ) : null
  }
  return (
    <section aria-label="Problems" className={styles.problems}>
      <div role="status">
        <h2 className={styles.problemsTitle}>
          {problems.length === 1 ? '1 problem' : `${problems.length} problems`}
        </h2>
      </div>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.line}:${problem.column} ${problem.message}`}>
            <button type="button" className={styles.problem} onClick={() => onOpen(problem)}>
              {problem.severity === 'error' ? (
                <XCircleFillIcon size={16} className={styles.bad} aria-label="Error" />
              ) : (
                <AlertFillIcon size={16} className={styles.doubtful} aria-label="Warning" />
              )}
              <span className={styles.message}>{problem.message}</span>
              <span className={styles.place}>
                {problem.line}:{problem.column}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
