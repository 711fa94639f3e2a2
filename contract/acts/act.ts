import type { Static, TObject } from 'typebox'
import type { Repository } from '../mirror.ts'

/** What an act needs in its repository, in GitHub's words; each holds those before it. */
export type ActRight = Repository['permission']

/** A mirrored kind that GitHub's answer to an act is one of. */
export type AnsweredKind =
  | ('issue' | 'pull_request' | 'comment' | 'review' | 'review_comment' | 'review_thread')
  | ('actions_run' | 'actions_workflow')
  | ('release' | 'label' | 'milestone' | 'branch' | 'tag')

/** What somebody asked for: what stands in the address, and what was sent. */
export interface Asked {
  values: Readonly<Record<string, string | number>>
  body: Readonly<Record<string, unknown>>
}

/**
 * Something that a person does on GitHub from here: one entry is the hub's route, who may, what is sent, how the answer
 * reaches the mirror, and how a second try finds what the first one did.
 */
export interface Act<Body extends TObject = TObject> {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** GitHub's own address, and the hub's under `/api/v1`: `/repos/:owner/:repo/issues/:number`. */
  path: string
  /** What the person does, as the API's description says it. */
  summary: string
  body: Body
  right: ActRight
  /** Fields of the body that need another right than the act itself. */
  rights?: { readonly [Field in keyof Static<Body>]?: ActRight }
  /** What the author of the target may do without that right: all of it, or only these fields. */
  author?: 'all' | readonly (keyof Static<Body>)[]
  /** What the act is about: it must be in the mirror. Without: the repository. */
  target?:
    | 'conversation'
    | 'issue'
    | 'pull_request'
    | 'comment'
    | 'review_comment'
    | 'actions_run'
    | 'actions_workflow'
  /** What GitHub answers with; null: nothing that the mirror keeps. */
  answer: Answer | null
  /** Without: doing it twice is doing it once. */
  recall?: Recall
  /** Only GraphQL can. */
  mutation?: Mutation
  /** It takes several requests, which `src/github/apply-suggestions.ts` makes; it looks itself for what a try did. */
  procedure?: 'apply-suggestions'
}

/** A mutation of GitHub's GraphQL. https://docs.github.com/en/graphql/reference/mutations */
export interface Mutation {
  name: string
  /**
   * Its fields for nodes, each with the address of the REST API that tells the node's id, which may also hold fields of
   * the body; or `thread`: the thread that begins with the comment `:id` of the pull request `:number`.
   */
  nodes: Readonly<Record<string, string>>
  /** What else it takes. Without: the body. */
  input?(asked: Asked): object
}

/** How GitHub's answer reaches the mirror. */
export type Answer =
  /**
   * It is one of this kind; of an issue's address it may also be a pull request. `renames`: what the address names is
   * gone where the answer has another name.
   */
  | { is: AnsweredKind; renames?: true }
  /** It is something else: the target is read anew; `now`: what GitHub's REST API does not tell of it. */
  | { reread: 'target'; now?: object }
  /** Only how often each reaction was given to the target has changed. */
  | { reread: 'reactions' }
  /** It tells too little: what its webhook will say, made of what was asked, GitHub's nodes and when it answered. */
  | { told(asked: Asked & { at: string; nodes: Readonly<Record<string, string>> }): ToldAnswer }
  /** One of this kind is gone: what stands in the address names it. */
  | { removes: AnsweredKind }
  /** GitHub has no logs of the run any more. */
  | { drops: 'logs' }

/** A webhook that GitHub will send, as far as the kind's descriptor reads it. */
export interface ToldAnswer {
  is: AnsweredKind
  event: 'push' | 'delete' | 'pull_request_review_thread'
  payload: object
}

/** How a second try finds what the first one did, when nobody knows whether it did. */
export type Recall =
  /** In a list: with the same values, and, where it tells by whom and when, made by the same person since then. */
  | { list: string; wrappedAs?: string; by?: string; at?: string; same: readonly string[] }
  /** By the target: it is as the act leaves it. */
  | { get: string; field: string; is: string | number | boolean }
  | { get: string; field: string; not: string }
  /** GitHub answers so when it has been done. */
  | { refusedWith: readonly number[] }

/** An address with its values, each a part of the path: `/repos/:owner/:repo/labels/:name`. */
export function addressOf(path: string, values: Readonly<Record<string, string | number>>): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(values[name])))
}

/** Checks an entry's shape and keeps its body's type. */
export const act = <Body extends TObject>(described: Act<Body>): Act<Body> => described

const ladder: readonly ActRight[] = ['pull', 'triage', 'push', 'maintain', 'admin']

/** Whether a permission holds a right. */
export function reaches(permission: ActRight, right: ActRight): boolean {
  return ladder.indexOf(permission) >= ladder.indexOf(right)
}

/**
 * Whether a person may do an act, as far as GitHub's rights tell; GitHub itself has the last word. `fields` are those
 * that are sent.
 */
export function mayAct<Body extends TObject>(
  { right, rights = {}, author = [] }: Act<Body>,
  {
    permission,
    isAuthor,
    fields = [],
  }: { permission: ActRight; isAuthor: boolean; fields?: readonly string[] },
): boolean {
  const isAuthors = (field: string) =>
    isAuthor && (author === 'all' || (author as readonly string[]).includes(field))
  if (fields.length === 0) return reaches(permission, right) || (isAuthor && author.length > 0)
  return fields.every((field) => {
    const needed = (rights as Record<string, ActRight | undefined>)[field] ?? right
    return reaches(permission, needed) || isAuthors(field)
  })
}
