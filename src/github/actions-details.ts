import type { Annotation, Artifact, PendingDeployment } from '../../contract/actions.ts'
import {
  fieldsOf,
  flagIn,
  integerIn,
  objectIn,
  objectsIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
} from '../domain/mirror/fields.ts'
import type { GithubClient } from './create-client.ts'
import { readPage } from './readers.ts'

/** A repository, and the id of what is asked about in it. */
export interface ActionsPlace {
  owner: string
  repo: string
  id: number
}

const patienceMs = 20_000

/** The text of a file as of a branch, a tag or a commit. Throws `github_not_found` where there is none. */
export async function readFileAt(
  client: GithubClient,
  { owner, repo, path, ref }: { owner: string; repo: string; path: string; ref: string },
): Promise<string> {
  const { data } = await client.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...{ owner, repo, path, ref },
    request: { signal: AbortSignal.timeout(patienceMs) },
  })
  return Buffer.from(textIn(fieldsOf(data, 'file'), 'content'), 'base64').toString()
}

/** What of a run waits for somebody's yes, and whether the one who asks may give it. */
export async function readPendingDeployments(
  client: GithubClient,
  { owner, repo, id }: ActionsPlace,
): Promise<PendingDeployment[]> {
  const { data } = await client.request(
    'GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments',
    {
      ...{ owner, repo, run_id: id },
      request: { signal: AbortSignal.timeout(patienceMs) },
    },
  )
  return objectsIn(fieldsOf({ pending: data }, ''), 'pending').map((one) => {
    const environment = objectIn(one, 'environment')
    return {
      environment: { id: integerIn(environment, 'id'), name: textIn(environment, 'name') },
      current_user_can_approve: flagIn(one, 'current_user_can_approve'),
      reviewers: objectsIn(one, 'reviewers').flatMap((asked) => {
        const reviewer = optionalObjectIn(asked, 'reviewer')
        return (reviewer && (optionalTextIn(reviewer, 'login') ?? optionalTextIn(reviewer, 'name'))) ?? []
      }),
    }
  })
}

/** What a run left behind, at most a hundred. */
export async function readArtifacts(
  client: GithubClient,
  { id, ...place }: ActionsPlace,
): Promise<Artifact[]> {
  const { objects } = await readPage(client, {
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    parameters: { ...place, run_id: id },
    wrappedAs: 'artifacts',
    page: 1,
    signal: AbortSignal.timeout(patienceMs),
  })
  return objects.map(({ value, place }) => {
    const artifact = fieldsOf(value, place)
    return {
      id: integerIn(artifact, 'id'),
      name: textIn(artifact, 'name'),
      size_in_bytes: integerIn(artifact, 'size_in_bytes'),
      expired: flagIn(artifact, 'expired'),
      created_at: optionalTimeIn(artifact, 'created_at'),
      expires_at: optionalTimeIn(artifact, 'expires_at'),
    }
  })
}

/** What a check says about places in files, at most a hundred. */
export async function readAnnotations(
  client: GithubClient,
  { id, ...place }: ActionsPlace,
): Promise<Annotation[]> {
  const { objects } = await readPage(client, {
    route: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
    parameters: { ...place, check_run_id: id },
    page: 1,
    signal: AbortSignal.timeout(patienceMs),
  })
  return objects.map(({ value, place }) => {
    const annotation = fieldsOf(value, place)
    return {
      path: textIn(annotation, 'path'),
      start_line: integerIn(annotation, 'start_line'),
      end_line: integerIn(annotation, 'end_line'),
      annotation_level: optionalTextIn(annotation, 'annotation_level') ?? 'notice',
      title: optionalTextIn(annotation, 'title'),
      message: optionalTextIn(annotation, 'message') ?? '',
    }
  })
}
