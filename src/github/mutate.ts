import { addressOf, type Mutation } from '../../contract/acts/act.ts'
import { pick, pickText } from '../domain/workflow/pick.ts'
import { coded } from '../errors.ts'
import { type ActCall, type Sent, timeOfAnswer } from './act-call.ts'
import { askGraphql } from './ask-graphql.ts'
import type { GithubClient } from './create-client.ts'

type MutationCall = Omit<ActCall, 'act'> & { mutation: Mutation }

/** Does what only GraphQL can: finds the nodes that it is about by their addresses, then sends the mutation. */
export async function mutate(client: GithubClient, call: MutationCall): Promise<Sent> {
  const { mutation, values, body } = call
  const nodes: Record<string, string> = {}
  for (const [field, address] of Object.entries(mutation.nodes)) {
    nodes[field] =
      address === 'thread' ? await findThread(client, call) : await findNode(client, call, address)
  }
  const { name, input = () => body } = mutation
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const { data, headers } = await askGraphql(client, {
    signal: call.signal,
    query: `mutation($input: ${type}!) { ${name}(input: $input) { clientMutationId } }`,
    variables: { input: { ...input({ values, body }), ...nodes } },
  })
  return { data, at: timeOfAnswer(headers), nodes }
}

async function findNode(
  client: GithubClient,
  { values, body, signal }: MutationCall,
  address: string,
): Promise<string> {
  const path = addressOf(address, { ...(body as Record<string, string>), ...values })
  const { data } = await client.request(`GET ${path}`, { request: { signal } })
  return pickText(data, 'node_id') ?? ''
}

/** A thread is known by the comment that it begins with; the REST API knows no threads. */
const threads = `query($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
    reviewThreads(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id comments(first: 1) { nodes { databaseId } } }
    }
  } }
}`

async function findThread(client: GithubClient, call: MutationCall): Promise<string> {
  const { owner, repo, number, id } = call.values
  for (let after: string | null = null; ; ) {
    const variables: Record<string, unknown> = { owner, repo, number: Number(number), after }
    const { data } = await askGraphql(client, { query: threads, variables, signal: call.signal })
    const page = pick(data, 'data', 'repository', 'pullRequest', 'reviewThreads')
    const nodes = (pick(page, 'nodes') ?? []) as unknown[]
    const found = nodes.find((node) => pick(node, 'comments', 'nodes', '0', 'databaseId') === Number(id))
    if (found) return pickText(found, 'id') ?? ''
    after = pickText(page, 'pageInfo', 'endCursor') ?? null
    if (pick(page, 'pageInfo', 'hasNextPage') !== true || after === null)
      throw coded('github_unprocessable', `GitHub knows no thread that begins with the comment ${id}.`)
  }
}
