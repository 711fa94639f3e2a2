import { reactionNames } from '../contract/own-reactions.ts'
import type { GithubRows } from './emulate-rows.ts'

type Rows = Pick<GithubRows, 'users' | 'repos' | 'issues' | 'pullRequests' | 'comments'>
type Reacted = { id: number; reactions?: Reaction[] }

/** One sign of one person, kept with what it was given to. */
interface Reaction {
  user_id: number
  content: string
}

/** Reactions, which emulate counts as none everywhere and has no routes for. */
export interface Reactions {
  /** `POST …/reactions` below a repository; undefined for any other address. */
  answer(
    request: Request,
    at: { repoId: number; below: string; login: string },
  ): Promise<Response> | undefined
  /** Takes one back, by GraphQL's id of what it was given to; whether there is such a thing. */
  remove(nodeId: string, content: string, login: string): boolean
  /** Which somebody gave to an issue, a pull request's issue or a comment, in GraphQL's words. */
  given(to: object, login: string): { content: string; viewerHasReacted: boolean }[]
  /** An answer with the true counts in it. */
  counted(body: unknown): unknown
}

const address = /^(issues|pulls)\/(comments\/)?(\d+)\/reactions$/

export function createReactions(rows: Rows): Reactions {
  const idOf = (login: string) => rows.users.findOneBy('login', login)!.id
  const find = (repoId: number, below: string): Reacted | undefined => {
    const [, , comment, id] = address.exec(below) ?? []
    if (comment) return rows.comments.get(Number(id))
    return rows.issues.findBy('repo_id', repoId).find(({ number }) => number === Number(id))
  }
  const keep = (to: Reacted, reactions: Reaction[]) => {
    to.reactions = reactions
  }
  const held = (to: Reacted) => to.reactions ?? []

  function countedObject(url: string, reactions: object): object {
    const [, fullName = '', below = ''] = /\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(url) ?? []
    const repo = rows.repos.findOneBy('full_name', fullName)
    const given = repo ? held(find(repo.id, below) ?? { id: 0 }) : []
    if (given.length === 0) return reactions
    const counts = Object.keys(reactionNames).map((name) => [
      name,
      given.filter(({ content }) => content === name).length,
    ])
    return { ...reactions, ...Object.fromEntries(counts), total_count: given.length }
  }

  function counted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(counted)
    if (typeof value !== 'object' || value === null) return value
    const { reactions } = value as { reactions?: { url?: string } }
    return reactions?.url ? { ...value, reactions: countedObject(reactions.url, reactions) } : value
  }

  return {
    answer(request, { repoId, below, login }) {
      const to = request.method === 'POST' && address.test(below) ? find(repoId, below) : undefined
      return to && react(to, request, login)
    },
    remove(nodeId, content, login) {
      const all: (Reacted & { node_id: string })[] = [...rows.issues.all(), ...rows.comments.all()]
      // What is given to a pull request is kept with the issue that it is, too.
      const pull = rows.pullRequests.all().find(({ node_id }) => node_id === nodeId)
      const to = pull
        ? find(pull.repo_id, `issues/${pull.number}/reactions`)
        : all.find(({ node_id }) => node_id === nodeId)
      if (!to) return false
      const isIt = (one: Reaction) =>
        one.user_id === idOf(login) && (reactionNames as Record<string, string>)[one.content] === content
      keep(
        to,
        held(to).filter((one) => !isIt(one)),
      )
      return true
    },
    given(to, login) {
      const own = held(to as Reacted).filter(({ user_id }) => user_id === idOf(login))
      return Object.entries(reactionNames).map(([name, content]) => ({
        content,
        viewerHasReacted: own.some((one) => one.content === name),
      }))
    },
    counted,
  }

  async function react(to: Reacted, request: Request, login: string): Promise<Response> {
    const { content } = (await request.json()) as { content: string }
    const mine = { user_id: idOf(login), content }
    const isThere = held(to).some((one) => one.user_id === mine.user_id && one.content === content)
    if (!isThere) keep(to, [...held(to), mine])
    const body = { id: to.id * 10 + Object.keys(reactionNames).indexOf(content), content, user: { login } }
    return Response.json(body, { status: isThere ? 200 : 201 })
  }
}
