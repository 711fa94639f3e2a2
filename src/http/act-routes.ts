import { randomUUID } from 'node:crypto'
import { type TSchema, Type } from 'typebox'
import type { Act } from '../../contract/acts/act.ts'
import { ReactionContent } from '../../contract/acts/fields.ts'
import { Problem } from '../../contract/common.ts'
import {
  ActionsRun,
  ActionsWorkflow,
  Branch,
  Comment,
  Issue,
  Milestone,
  PullRequest,
  RepositoryLabel,
  Review,
} from '../../contract/mirror.ts'
import { Release, Tag } from '../../contract/releases.ts'
import { ReviewComment, ReviewThread } from '../../contract/review-comments.ts'
import type { HttpDeps } from './deps.ts'
import { createOwnClient } from './own-client.ts'
import { performAct } from './perform-act.ts'
import { RepositoryParams, readableRepository } from './readable-repository.ts'
import type { Routes } from './route-access.ts'

const Key = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 8,
      maxLength: 100,
      description:
        'Made by you, a UUID for example: the same request with the same key is done once, and answered alike. ' +
        'After an answer that was lost or says `github_unavailable`, ask again with the same key.',
    }),
  ),
})

const parts: Readonly<Record<string, TSchema>> = {
  number: Type.Integer({ minimum: 1, description: 'As in `#12`' }),
  id: Type.Integer({ minimum: 1, description: "GitHub's id" }),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  branch: Type.String({ minLength: 1, maxLength: 200 }),
  tag: Type.String({ minLength: 1, maxLength: 200 }),
  content: ReactionContent,
}

const answers = {
  issue: Type.Union([Issue, PullRequest]),
  pull_request: PullRequest,
  comment: Comment,
  review: Review,
  review_comment: ReviewComment,
  actions_run: ActionsRun,
  actions_workflow: ActionsWorkflow,
  release: Release,
  label: RepositoryLabel,
  milestone: Milestone,
} as const

/** The routes of some acts: each at GitHub's own address, done in the caller's name and with their rights. */
export function actRoutes(deps: HttpDeps, acts: Readonly<Record<string, Act>>, tag: string): Routes {
  const { store } = deps
  const own = createOwnClient(deps)
  return async (app) => {
    for (const [name, act] of Object.entries(acts)) {
      app.route({
        method: act.method,
        url: act.path,
        config: { access: 'write' },
        schema: {
          tags: [tag],
          summary: act.summary,
          description: describe(act),
          headers: Key,
          params: paramsOf(act.path),
          ...(Object.keys(act.body.properties).length > 0 && { body: act.body }),
          response: answersOf(act),
        },
        async handler(request, reply) {
          const { owner, repo, ...rest } = request.params as Record<string, string | number>
          const { viewer, ip } = request
          const repository = await readableRepository(store.read, viewer, `${owner}/${repo}`)
          const item = await performAct(
            { ...deps, ...own },
            {
              ...{ name, act, repository, viewer, ip },
              values: { owner: repository.owner, repo: repository.name, ...rest },
              body: (request.body ?? {}) as Record<string, unknown>,
              key: (request.headers as { 'idempotency-key'?: string })['idempotency-key'] ?? randomUUID(),
            },
          )
          return item ? reply.code(statusOf(act)).send(item) : reply.code(204).send()
        },
      })
    }
  }
}

function paramsOf(path: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string)
  const own = names.filter((name) => name in parts).map((name) => [name, parts[name]!])
  return Type.Object({ ...RepositoryParams.properties, ...Object.fromEntries(own) })
}

function statusOf({ method, recall }: Act): number {
  return method === 'POST' && recall && 'list' in recall ? 201 : 200
}

function answersOf(act: Act): Record<number, TSchema> {
  const problems = { 403: Problem, 404: Problem, 409: Problem, 422: Problem, 502: Problem }
  return { ...answerOf(act), ...problems }
}

function answerOf(act: Act): Record<number, TSchema> {
  const { answer, target } = act
  const nothing = { 204: Type.Null({ description: 'Done' }) }
  if (answer && 'is' in answer)
    return { [statusOf(act)]: answers[answer.is as keyof typeof answers], ...nothing }
  if (answer && 'told' in answer)
    return { [statusOf(act)]: Type.Union([ReviewThread, Branch, Tag]), ...nothing }
  const isRead = answer && 'reread' in answer && target
  return isRead ? { 200: answers[target === 'conversation' ? 'issue' : target], ...nothing } : nothing
}

function describe({ method, path, right, author, mutation, procedure }: Act): string {
  const does = procedure
    ? 'it by GitHub’s git database'
    : mutation
      ? `the mutation \`${mutation.name}\` of GitHub's GraphQL`
      : `\`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}\` on GitHub`
  const whose = author ? ' or to be its author' : ''
  return (
    `Does ${does} with your own token. ` +
    `Needs the right \`${right}\`${whose}, of which GitHub has the last word.`
  )
}
