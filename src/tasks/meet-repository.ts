import { surveyRepository } from '../github/survey/survey-repository.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import { knowAgain } from './know-again.ts'
import { lookForChanges } from './look-for-changes.ts'
import type { Surveyed } from './reading.ts'
import type { Sync } from './save-step.ts'

/**
 * Begins the sync of a repository with as few requests as will do: a look whether anything changed, and one query
 * about all there is. Answers with what the sync knows then, or why it does not go on.
 */
export async function meetRepository(
  sync: Sync,
  whole: Pick<SyncProgressRow, 'since' | 'done' | 'total'>,
): Promise<Sync | 'gone' | 'unchanged'> {
  const { repository, thorough } = sync
  const isFirst = whole.since === null
  // Where there is a webhook, somebody has a reason to ask.
  const look = isFirst || thorough || repository.hook_id !== null ? null : await lookForChanges(sync)
  if (look?.unchanged) return 'unchanged'
  const isNearlyDone = whole.total !== null && whole.done * 2 > whole.total
  const survey = isNearlyDone ? null : await takeSurvey(sync)
  const isOurs = survey?.repositoryId === repository.id
  // The list of repositories has just told the rest.
  const named = isFirst && isOurs ? repository : await knowAgain(sync)
  if (!named) return 'gone'
  const isSame = isOurs && named.full_name === repository.full_name
  return { ...sync, repository: named, survey: isSame ? survey : null, looked: look?.looked }
}

async function takeSurvey({ client, repository, signal, clock }: Sync): Promise<Surveyed | null> {
  const now = new Date(clock()).toISOString()
  const survey = await surveyRepository(client, { ...repository, signal })
  return survey && { ...survey, asOf: survey.asOf ?? now }
}
