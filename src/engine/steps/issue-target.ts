import { pick } from '../../domain/workflow/pick.ts'
import { coded } from '../../errors.ts'
import type { StepTask } from '../step.ts'

/** The issue or pull request that a step is about. */
export interface IssueTarget {
  /** `owner/name` */
  repository: string
  issue_number: number
}

/** Reads `repository` and `issue-number`, or takes them from the event. Throws `step_failed` when neither tells. */
export function issueTarget({ inputs, github }: Pick<StepTask, 'inputs' | 'github'>): IssueTarget {
  const repository = inputs.repository || github.repository
  const [owner, repo, ...more] = repository.split('/')
  if (!owner || !repo || more.length > 0) {
    throw coded('step_failed', `'repository' must be owner/name; it is '${repository}'.`)
  }
  const written = inputs['issue-number'] || pick(github.event, 'issue', 'number')
  const number = Number(written || (pick(github.event, 'pull_request', 'number') ?? Number.NaN))
  if (!Number.isSafeInteger(number) || number < 1) {
    throw coded('step_failed', "The event is about no issue or pull request: say which in 'issue-number'.")
  }
  return { repository, issue_number: number }
}
