import { type OwnReactions, reactionNames } from '../../contract/own-reactions.ts'
import { pick } from '../domain/workflow/pick.ts'
import { askGraphql } from './ask-graphql.ts'
import type { GithubClient } from './create-client.ts'

/** The newest hundred of each: who reacts to more, reads the counts. */
const query = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { issueOrPullRequest(number: $number) {
    ... on Issue { ...own comments(last: 100) { nodes { databaseId ...own } } }
    ... on PullRequest {
      ...own
      comments(last: 100) { nodes { databaseId ...own } }
      reviewThreads(last: 50) { nodes { comments(first: 50) { nodes { databaseId ...own } } } }
    }
  } }
}
fragment own on Reactable { reactionGroups { content viewerHasReacted } }`

/** Reads which reactions the client's person gave: the REST API only counts them. */
export async function readOwnReactions(
  client: GithubClient,
  variables: { owner: string; repo: string; number: number },
): Promise<OwnReactions> {
  const { data } = await askGraphql(client, { query, variables, signal: AbortSignal.timeout(20_000) })
  const item = pick(data, 'data', 'repository', 'issueOrPullRequest')
  const threads = listIn(item, 'reviewThreads', 'nodes')
  return {
    subject: givenIn(item),
    comments: byId(listIn(item, 'comments', 'nodes')),
    lines: byId(threads.flatMap((thread) => listIn(thread, 'comments', 'nodes'))),
  }
}

const names = new Map<unknown, string>(
  Object.entries(reactionNames).map(([name, content]) => [content, name]),
)

function givenIn(item: unknown): string[] {
  return listIn(item, 'reactionGroups')
    .filter((group) => pick(group, 'viewerHasReacted') === true)
    .flatMap((group) => names.get(pick(group, 'content')) ?? [])
}

function byId(items: readonly unknown[]): Record<string, string[]> {
  const given = items.map((item) => [String(pick(item, 'databaseId')), givenIn(item)] as const)
  return Object.fromEntries(given.filter(([, own]) => own.length > 0))
}

function listIn(value: unknown, ...path: string[]): unknown[] {
  const found = pick(value, ...path)
  return Array.isArray(found) ? found : []
}
