/** How many of each are asked for: enough for a small repository, and what costs two points of GitHub's. */
export const most = { refs: 100, commits: 80, pulls: 20, issues: 40, inPull: 30, comments: 20 } as const

/** What GitHub counts for it: the connections within pull requests, issues and commits, by the hundred. */
export const surveyPoints = 2

const page = 'totalCount pageInfo { hasNextPage }'
const actor = '{ __typename login avatarUrl }'
const conversation = `totalCount pageInfo { hasNextPage } nodes {
  fullDatabaseId url body createdAt updatedAt author ${actor} reactionGroups { content reactors { totalCount } }
}`

/**
 * What there is in a repository, and all of what a small one has, where a query costs less than lists. Not asked for is
 * what GraphQL does not tell as REST does: ids of labels, milestones and statuses, types of issues, Actions, whose ids
 * outgrow its integers. https://docs.github.com/en/graphql/reference/objects#repository
 */
export const surveyQuery = `query Survey($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    branches: refs(refPrefix: "refs/heads/", first: ${most.refs}) {
      ${page} nodes { name branchProtectionRule { id } target { oid } }
    }
    tags: refs(refPrefix: "refs/tags/", first: ${most.refs}) {
      ${page} nodes { name target { __typename oid ... on Tag { target { __typename oid } } } }
    }
    defaultBranchRef {
      name
      target {
        ... on Commit {
          statusCheckRollup { state }
          history(first: ${most.commits}) {
            ${page} nodes {
              oid message url authoredDate committedDate
              author { name email user { login avatarUrl } }
              parents(first: 20) { totalCount nodes { oid } }
            }
          }
        }
      }
    }
    workflows: object(expression: "HEAD:.github/workflows") { __typename }
    pullRequests(first: ${most.pulls}, orderBy: { field: UPDATED_AT, direction: DESC }) {
      ${page} nodes {
        fullDatabaseId id number title body state url locked isDraft createdAt updatedAt closedAt mergedAt
        headRefName headRefOid baseRefName baseRefOid mergeStateStatus additions deletions changedFiles
        author ${actor} mergedBy ${actor} milestone { title }
        autoMergeRequest { mergeMethod enabledBy ${actor} }
        statusCheckRollup { state }
        labels(first: ${most.inPull}) { ${page} nodes { name color description } }
        assignees(first: ${most.inPull}) { ${page} nodes { login avatarUrl } }
        reviewRequests(first: ${most.inPull}) {
          ${page} nodes {
            requestedReviewer {
              __typename ... on User { login avatarUrl } ... on Bot { login avatarUrl }
              ... on Mannequin { login avatarUrl } ... on Team { name }
            }
          }
        }
        reviews(first: ${most.inPull}) {
          ${page} nodes { fullDatabaseId state body url submittedAt author ${actor} }
        }
        reviewThreads { totalCount }
        comments(first: ${most.comments}) { ${conversation} }
        reactionGroups { content reactors { totalCount } }
      }
    }
    issues(first: ${most.issues}, orderBy: { field: UPDATED_AT, direction: DESC }) {
      ${page} nodes { number comments(first: ${most.comments}) { ${conversation} } }
    }
    labels { totalCount }
    milestones { totalCount }
    releases { totalCount }
    deployments { totalCount }
    environments { totalCount }
    rulesets { totalCount }
  }
}`
