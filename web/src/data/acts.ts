import { useMutation, useMutationState, useQuery } from '@tanstack/react-query'
import { type ActBody, type ActName, acts, addressOf, mayAct } from '../../../contract/acts.ts'
import { api } from './api.ts'
import { ApiError } from './api-error.ts'
import { reportFailure } from './failed-acts.ts'
import { createFolder } from './fold-change.ts'
import { repositoryQuery } from './queries.ts'
import { queryClient } from './query-client.ts'
import { useMe } from './use-session.ts'

/** What acts are about: an issue, a pull request, a run; `number` 0: the repository itself. */
export interface Subject {
  /** `owner/name` */
  fullName: string
  number: number
  /** An issue without: GitHub edits pull requests at an address of their own. */
  isPull?: boolean
}

/** The act that changes title, text or state of an issue or a pull request. */
export const editOf = ({ isPull }: Subject): 'issue.edit' | 'pull.edit' =>
  isPull ? 'pull.edit' : 'issue.edit'

/** One thing that somebody wants done on GitHub, and how the page shows it until it is. */
export interface Wish<Name extends ActName = ActName> {
  name: Name
  /** What stands in the address besides `owner`, `repo` and `number`. */
  values?: Record<string, string | number>
  body?: ActBody<Name>
  /** What to say when it fails: `close #12`. */
  label: string
  /** How what it is about looks once it is done. */
  shown?: (item: object) => object
  /** A text that it says, shown among the others. */
  said?: string
  /** What else to do with the answer. */
  onDone?: (answer: object | undefined) => void
  /** Gives back what was typed. */
  onRefused?: () => void
}

interface Asked extends Wish {
  /** The same for every try: the hub does it once. */
  key: string
  at: string
}

const folder = createFolder(queryClient)
const keyOf = ({ fullName, number }: Subject) => ['act', fullName, number] as const

/** Lets things be done, one after the other for one subject; each shows at once and is taken back when it is refused. */
export function useActs(subject: Subject): { wish: <Name extends ActName>(wish: Wish<Name>) => void } {
  const { mutate } = useMutation({
    mutationKey: keyOf(subject),
    scope: { id: `${subject.fullName}#${subject.number}` },
    mutationFn: (asked: Asked) => ask(subject, asked),
    // The same key: what the first try did is found.
    retry: (failures, error) => failures < 3 && error instanceof ApiError && error.offline,
    retryDelay: (failures) => 1_000 * 2 ** failures,
    onSuccess(answer, asked) {
      const kind = answer && kindOf(answer)
      if (kind) folder.take(kind, answer, subject.fullName)
      asked.onDone?.(answer)
    },
    onError(error, asked) {
      asked.onRefused?.()
      reportFailure({ label: asked.label, error, again: () => mutate(asked) })
    },
  })
  return {
    wish: (wish) =>
      mutate({ ...(wish as unknown as Wish), key: crypto.randomUUID(), at: new Date().toISOString() }),
  }
}

/** What is wished for and not done yet, oldest first. */
export function useWishes(subject: Subject): readonly Asked[] {
  return useMutationState({
    filters: { mutationKey: keyOf(subject), status: 'pending' },
    select: ({ state }) => state.variables as Asked,
  })
}

/** An item as it will be once what is wished for is done. */
export function withWishes<T extends object>(item: T, wishes: readonly Asked[]): T {
  return wishes.reduce((now, { shown }) => (shown ? (shown(now) as T) : now), item)
}

/** Whether the person may do something, as far as GitHub's rights tell; null: nowhere, nothing. */
export function useRights(fullName: string | null): {
  may: (name: ActName, about?: { author?: string | null; fields?: readonly string[] }) => boolean
} {
  const repository = useQuery({ ...repositoryQuery(fullName ?? ''), enabled: fullName !== null }).data
  const me = useMe()
  return {
    may: (name, { author = null, fields = [] } = {}) =>
      repository !== undefined &&
      !repository.archived &&
      me !== null &&
      me.role !== 'viewer' &&
      mayAct(acts[name] as never, {
        permission: repository.permission,
        isAuthor: author !== null && author.toLowerCase() === me.login.toLowerCase(),
        fields,
      }),
  }
}

/** Takes something away once GitHub has deleted it; `under`: the number of what it was said on. */
export function dropItem(kind: string, id: number | string, at: { fullName: string; under?: number }): void {
  folder.drop(kind, id, at)
}

/** Asks for one of several things, and shows the answer; the same `key` is the same thing, however often it is asked. */
export async function perform(
  subject: Subject,
  asked: Pick<Wish, 'name' | 'values' | 'body'> & { key: string },
): Promise<void> {
  const answer = await ask(subject, asked)
  const kind = answer && kindOf(answer)
  if (kind) folder.take(kind, answer, subject.fullName)
}

async function ask(
  { fullName, number }: Subject,
  { name, values, body, key }: Pick<Asked, 'name' | 'values' | 'body' | 'key'>,
) {
  const { method, path } = acts[name]
  const [owner = '', repo = ''] = fullName.split('/')
  const address = addressOf(path, { owner, repo, number, ...values })
  return await api.act<object | undefined>(method, address, { key, ...(body && { body }) })
}

/** Which mirrored kind an answer is one of. */
function kindOf(answer: object): string | null {
  if ('resolved' in answer) return 'review_thread'
  if ('tag_name' in answer) return 'release'
  if ('due_on' in answer) return 'milestone'
  if ('color' in answer) return 'label'
  if ('committed_at' in answer) return 'branch'
  if ('issue_number' in answer) return 'comment'
  if ('diff_hunk' in answer) return 'review_comment'
  if ('pull_number' in answer) return 'review'
  if ('run_number' in answer) return 'actions_run'
  if ('head' in answer) return 'pull_request'
  if ('number' in answer) return 'issue'
  return 'sha' in answer ? 'tag' : null
}
