import { pickText } from '../domain/workflow/pick.ts'
import { coded } from '../errors.ts'
import type { GithubClient } from './create-client.ts'

/**
 * Asks GitHub's GraphQL. It tells of errors in a good answer: `github_unprocessable` with GitHub's reason.
 * https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
 */
export async function askGraphql(
  client: GithubClient,
  { query, variables, signal }: { query: string; variables: Record<string, unknown>; signal: AbortSignal },
) {
  const answer = await client.request('POST /graphql', { query, variables, request: { signal } })
  const said = pickText(answer.data, 'errors', '0', 'message')
  if (said !== undefined) throw coded('github_unprocessable', `GitHub refused: ${said}`)
  return answer
}
