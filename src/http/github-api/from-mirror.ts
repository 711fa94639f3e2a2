import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { keepSettled, settleTold, type Telling } from '../../store/settle-told.ts'
import {
  findToldRepository,
  findToldRepositoryById,
  type ToldRepository,
} from '../../store/told-repositories.ts'
import { type GithubApi, githubApiPath } from './api.ts'
import { findServed } from './find-served.ts'
import type { Lesson } from './learn.ts'
import { apiVersion, wantsPlainJson } from './media-type.ts'
import { linksOf } from './paging.ts'
import type { Answer, Asking } from './served.ts'
import { showingOf } from './show-repository.ts'

/** What the mirror answers, and to which address. */
export interface FromMirror {
  answer: Answer
  address: URL
}

/**
 * Looks in the mirror for the answer to a read. Where it does not hold all that GitHub would answer, it may tell what
 * GitHub's answer will teach it.
 */
export async function findInMirror(
  deps: GithubApi,
  request: FastifyRequest,
): Promise<FromMirror | { lesson: Lesson | null }> {
  if (!wantsPlainJson(request.headers)) return { lesson: null }
  const address = new URL(request.url, deps.publicUrl)
  const asking: Omit<Asking, 'params'> = {
    db: deps.store.read,
    viewer: request.viewer,
    query: address.searchParams,
    api: deps.api,
    limits: request.quota!,
    settle: (telling, rows) => settle(deps, request, telling, rows),
  }
  const found = await look(deps, asking, address.pathname.slice(githubApiPath.length + 1))
  return found.answer ? { answer: found.answer, address } : { lesson: found.lesson ?? null }
}

async function settle(
  { store }: GithubApi,
  { log }: FastifyRequest,
  telling: Telling,
  rows: readonly object[],
): Promise<void> {
  const settled = await settleTold(store.read, telling, rows)
  if (settled.length === 0) return
  try {
    await store.write((tx) => keepSettled(tx, telling, settled))
  } catch (error) {
    // The next who asks reads the deliveries again.
    log.warn({ err: error }, 'what deliveries told could not be kept')
  }
}

async function look(
  deps: GithubApi,
  asking: Omit<Asking, 'params'>,
  path: string,
): Promise<{ answer?: Answer | null; lesson?: Lesson }> {
  // Where GitHub leads who asks for a repository by an older name.
  const byId = /^repositories\/(\d{1,15})(\/.*)?$/.exec(path)
  const { db, api } = asking
  const { userId } = asking.viewer
  let repository: ToldRepository | undefined
  if (byId) {
    repository = await findToldRepositoryById(db, { userId, id: Number(byId[1]) })
    if (!repository) return {}
  }
  const found = findServed(repository ? `repos/${repository.full_name}${byId?.[2] ?? ''}` : path)
  if (!found) return {}
  const { route, params } = found
  if ('answer' in route) return { answer: await route.answer({ ...asking, params }) }

  const fullName = `${params.owner}/${params.repo}`
  repository ??= await findToldRepository(db, { userId, fullName })
  // Until it was read to its end once, a list of it may lack something.
  if (!repository || repository.synced_at === null) return {}
  const lesson = { repositoryId: repository.id, teaching: route.teaches, params }
  const showing = showingOf(repository, api)
  if (!showing || deps.recent.has(repository.full_name)) return { lesson }
  return { answer: await route.inRepository({ ...asking, params, repository, showing }), lesson }
}

/** Answers with what was found, or that it is what the caller has already. */
export function sendFromMirror(
  request: FastifyRequest,
  reply: FastifyReply,
  { answer: { body, page }, address }: FromMirror,
): FastifyReply {
  const link = page && linksOf(address, page.paging, page.total)
  if (link) reply.header('link', link)
  const etag = `W/"${hash('sha1', body + (link ?? ''))}"`
  reply.header('etag', etag)
  reply.header('vary', 'Accept, Authorization')
  reply.header('x-github-media-type', 'github.v3; format=json')
  reply.header('x-github-api-version-selected', apiVersion)
  // Told to who wonders where an answer is from.
  reply.header('x-cldcde-answered-by', 'mirror')
  if (isNamed(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** Compared weakly: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function isNamed(asked: string | undefined, etag: string): boolean {
  if (asked === undefined) return false
  return (
    asked.trim() === '*' || asked.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.slice(2))
  )
}
