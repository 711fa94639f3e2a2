import { connection, nodes } from './survey-nodes.ts'

type Json = Record<string, unknown>

/** Gives all of a list of the repository's REST API, by its path below the repository; none where there is no such. */
export type AskList = (path: string) => Promise<Json[]>

/** How much of each list one answer gives. */
export interface Cuts {
  refs: number
  commits: number
  pulls: number
  issues: number
  comments: number
}

/**
 * The repository of a GraphQL query, put together from what REST tells of it: all fields that the hub's survey may ask
 * for, of whichever it does. https://docs.github.com/en/graphql/reference/objects#repository
 */
export async function answerSurvey(repository: Json, ask: AskList, cuts: Cuts): Promise<Json> {
  const all = 'state=all&sort=updated&direction=desc'
  const [branches, tags, commits, pulls, issues, comments, lines] = await Promise.all(
    ['branches', 'tags', 'commits', `pulls?${all}`, `issues?${all}`, 'issues/comments', 'pulls/comments'].map(
      ask,
    ),
  )
  const [labels, milestones, releases, deployments, environments, rulesets, workflows] = await Promise.all(
    [
      'labels',
      'milestones?state=all',
      'releases',
      'deployments',
      'environments',
      'rulesets',
      'actions/workflows',
    ].map(ask),
  )
  const commentsOf = (number: unknown) => {
    const own = comments!.filter(({ issue_url }) => String(issue_url).endsWith(`/${number}`))
    return connection(own.map(nodes.comment), cuts.comments)
  }
  const linesOf = (number: unknown) =>
    lines!.filter((line) => String(line.pull_request_url).endsWith(`/${number}`))
  const rollupOf = async (sha: unknown) => {
    const said = await Promise.all([ask(`commits/${sha}/check-runs`), ask(`commits/${sha}/statuses`)])
    return said.flat().length === 0 ? null : { state: 'SUCCESS' }
  }
  const shownPulls = await Promise.all(
    pulls!.slice(0, cuts.pulls).map(async (pull) => ({
      ...nodes.pull(pull),
      statusCheckRollup: await rollupOf((pull.head as Json).sha),
      reviews: connection((await ask(`pulls/${pull.number}/reviews`)).map(nodes.review)),
      reviewThreads: { totalCount: linesOf(pull.number).length },
      comments: commentsOf(pull.number),
    })),
  )
  const onlyIssues = issues!.filter(({ pull_request }) => !pull_request)
  const [newest] = commits!
  return {
    databaseId: repository.id,
    branches: connection(branches!.map(nodes.branch), cuts.refs),
    tags: connection(tags!.map(nodes.tag), cuts.refs),
    defaultBranchRef: newest
      ? {
          name: repository.default_branch,
          target: {
            __typename: 'Commit',
            statusCheckRollup: await rollupOf(newest.sha),
            history: connection(commits!.map(nodes.commit), cuts.commits),
          },
        }
      : null,
    workflows: workflows!.length > 0 ? { __typename: 'Tree' } : null,
    pullRequests: { ...connection(pulls!, cuts.pulls), nodes: shownPulls },
    issues: connection(
      onlyIssues.map(({ number }) => ({ number, comments: commentsOf(number) })),
      cuts.issues,
    ),
    ...counts({ labels, milestones, releases, deployments, environments, rulesets }),
  }
}

const counts = (lists: Record<string, Json[] | undefined>) =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, { totalCount: list!.length }]))

/** How a query cuts the lists of the repository. */
export function cutsOf(query: string): Cuts {
  const first = (name: string) =>
    Number(new RegExp(`\\b${name}\\([^)]*\\bfirst: (\\d+)`).exec(query)?.[1] ?? 100)
  return {
    refs: first('refs'),
    commits: first('history'),
    pulls: first('pullRequests'),
    issues: first('issues'),
    comments: first('comments'),
  }
}
