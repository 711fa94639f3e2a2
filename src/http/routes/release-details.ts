import { Type } from 'typebox'
import { reaches } from '../../../contract/acts/act.ts'
import { RefName } from '../../../contract/acts/fields.ts'
import { Problem } from '../../../contract/common.ts'
import { Release, ReleaseNotes } from '../../../contract/releases.ts'
import { coded } from '../../errors.ts'
import { generateNotes, readDrafts } from '../../github/release-details.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['repositories']
const problems = { 403: Problem, 404: Problem, 409: Problem, 502: Problem }

/** What GitHub shows of releases only to those who may push: asked in the caller's name, and kept nowhere. */
export function releaseDetailsRoutes(deps: HttpDeps): Routes {
  const { ownClient } = createOwnClient(deps)

  async function pushable(request: {
    params: { owner: string; repo: string }
    viewer: Parameters<typeof readableRepository>[1]
  }) {
    const { params, viewer } = request
    const found = await readableRepository(deps.store.read, viewer, `${params.owner}/${params.repo}`)
    if (!reaches(found.permission, 'push'))
      throw coded('forbidden', 'Drafts of releases are shown to those who may push to the repository.')
    return { client: await ownClient(viewer), place: { owner: found.owner, repo: found.name } }
  }

  return async (app) => {
    app.get(
      '/repos/:owner/:repo/releases/drafts',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Drafts of releases',
          description: 'Asked of GitHub with your own token. Needs the right `push`.',
          params: RepositoryParams,
          response: { 200: Type.Array(Release), ...problems },
        },
      },
      async (request) => {
        const { client, place } = await pushable(request)
        return await readDrafts(client, place)
      },
    )

    app.post(
      '/repos/:owner/:repo/releases/generate-notes',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Notes of a release as GitHub would write them; nothing is changed',
          params: RepositoryParams,
          body: Type.Object({
            tag_name: RefName,
            target_commitish: Type.Optional(RefName),
            previous_tag_name: Type.Optional(RefName),
          }),
          response: { 200: ReleaseNotes, ...problems, 422: Problem },
        },
      },
      async (request) => {
        const { client, place } = await pushable(request)
        return await generateNotes(client, { ...place, ...request.body })
      },
    )
  }
}
