import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { type Static, Type } from 'typebox'
import { Annotation, Artifact, PendingDeployment, WorkflowFile } from '../../../contract/actions.ts'
import { Problem } from '../../../contract/common.ts'
import { readActionsFile } from '../../domain/workflow/read-actions-file.ts'
import { coded } from '../../errors.ts'
import {
  type ActionsPlace,
  readAnnotations,
  readArtifacts,
  readFileAt,
  readPendingDeployments,
} from '../../github/actions-details.ts'
import type { GithubClient } from '../../github/create-client.ts'
import { createReadThrough } from '../../github/read-through.ts'
import { getActionsWorkflow } from '../../store/actions.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['actions']
const config = { access: 'read' } as const
const Params = Type.Object({
  ...RepositoryParams.properties,
  id: Type.Integer({ minimum: 1, description: "GitHub's id" }),
})
const Ref = Type.Object({
  ref: Type.String({ minLength: 1, maxLength: 255, description: 'Branch, tag or commit' }),
})
const problems = { 404: Problem, 409: Problem, 502: Problem }

/** A branch moves; a check that is over says nothing else. */
const fileMs = 15_000
const annotationsMs = 10 * 60_000
const artifactsMs = 10_000
const archiveMs = 10 * 60_000

/** What the page of a run shows besides the mirror: asked of GitHub with the caller's own token. */
export function actionsDetailsRoutes(deps: HttpDeps): Routes {
  const { store, clock, github } = deps
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(clock)

  async function placeOf(request: {
    params: Static<typeof Params>
    viewer: Parameters<typeof repositoryScope>[1]['viewer']
  }) {
    const { repositoryId, fullName, userId } = await repositoryScope(store.read, request)
    const [owner = '', repo = ''] = fullName.split('/')
    const client = await ownClient(request.viewer)
    return { repositoryId, userId, client, place: { owner, repo, id: request.params.id } }
  }

  /** A route that answers with what `read` gives, kept for a while for the person who asked; 0: not at all. */
  function details<T>(
    path: string,
    {
      summary,
      schema,
      read,
      keptMs,
    }: {
      summary: string
      schema: ReturnType<typeof Type.Array>
      read: (client: GithubClient, place: ActionsPlace) => Promise<T[]>
      keptMs: number
    },
  ): Routes {
    return async (app) => {
      app.get(
        `/repos/:owner/:repo/${path}`,
        {
          config,
          schema: {
            tags,
            summary,
            description: 'Asked of GitHub with your own token.',
            params: Params,
            response: { 200: schema, ...problems },
          },
        },
        async (request) => {
          const { client, place, userId } = await placeOf(request)
          if (keptMs === 0) return (await read(client, place)) as never
          const key = { userId, what: `${path} ${place.owner}/${place.repo} ${place.id}`, keptMs }
          return (await reads.get(key, client, () => read(client, place))) as never
        },
      )
    }
  }

  return async (app) => {
    await app.register(
      details('actions/runs/:id/pending_deployments', {
        summary: 'Deployments of a run that wait for a yes',
        schema: Type.Array(PendingDeployment),
        read: readPendingDeployments,
        keptMs: 0,
      }),
    )
    await app.register(
      details('actions/runs/:id/artifacts', {
        summary: 'Artifacts of a run',
        schema: Type.Array(Artifact),
        read: readArtifacts,
        keptMs: artifactsMs,
      }),
    )
    await app.register(
      details('check-runs/:id/annotations', {
        summary: 'What a check says about places in files; the id of a job is that of its check',
        schema: Type.Array(Annotation),
        read: readAnnotations,
        keptMs: annotationsMs,
      }),
    )

    app.get(
      '/repos/:owner/:repo/actions/workflows/:id/file',
      {
        config,
        schema: {
          tags,
          summary:
            'The jobs of a workflow and what they need, and its inputs, as of a branch, a tag or a commit',
          description: 'Read from its file, asked of GitHub with your own token.',
          params: Params,
          querystring: Ref,
          response: { 200: WorkflowFile, ...problems },
        },
      },
      async (request) => {
        const { client, place, userId, repositoryId } = await placeOf(request)
        const workflow = await getActionsWorkflow(store.read, { repositoryId, id: place.id })
        if (!workflow) throw coded('not_found', `There is no workflow ${place.id} in this repository.`)
        const { owner, repo } = place
        const at = { owner, repo, path: workflow.path, ref: request.query.ref }
        const key = { userId, what: `file ${JSON.stringify(at)}`, keptMs: fileMs }
        return await reads.get(key, client, async () => readActionsFile(await readFileAt(client, at)))
      },
    )

    app.get(
      '/repos/:owner/:repo/actions/artifacts/:id/zip',
      {
        config,
        schema: {
          tags,
          summary: 'The archive of an artifact',
          description: 'Passed on from GitHub as it comes, with your own token.',
          params: Params,
          response: { 200: Type.String({ description: 'application/zip' }), ...problems },
        },
      },
      async (request, reply) => {
        const { client, place } = await placeOf(request)
        const path = `/repos/${place.owner}/${place.repo}/actions/artifacts/${place.id}/zip`
        const { body, headers } = await github.download(client, path, AbortSignal.timeout(archiveMs))
        const length = headers.get('content-length')
        if (length !== null) reply.header('content-length', length)
        const archive = body ? Readable.fromWeb(body as ReadableStream) : Readable.from([])
        return reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="artifact-${place.id}.zip"`)
          .send(archive as never)
      },
    )
  }
}
