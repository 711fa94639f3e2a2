import {
  type Fields,
  fieldsOf,
  flagIn,
  objectIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  valuesIn,
} from '../domain/mirror/fields.ts'
import { type CodedError, isCoded } from '../errors.ts'
import { branchIn } from './branch.ts'
import type { GithubEvent } from './github-events.ts'
import type { Carried, Kind, Patch, Place } from './kind.ts'
import { allKinds, type ItemOf, type KindName } from './kinds.ts'
import { type Odd, oddOf } from './odd.ts'
import { type RepositoryFacts, readRepository } from './repository.ts'
import { addTold } from './told.ts'

/** The items that one delivery speaks of, by kind; the same shape holds what is stored of them. */
export type Rows = { [Name in KindName]?: ItemOf<Name> }
/** Items that come in numbers: the commits of a push. */
export type Lists = { [Name in KindName]?: ItemOf<Name>[] }

/** A delivery, parsed: everything that the hub takes from its payload. */
export interface Delivered {
  event: string
  action: string | null
  /** Login of whoever did it. */
  actor: string | null
  /** Whose rights it may have changed: accounts by id, and perhaps everybody who may read the repository. */
  rights: { accounts: number[]; readers: boolean }
  repository: RepositoryFacts | null
  rows: Rows
  lists: Lists
  patches: Patch[]
  /** The kind that the event is about, and whether it says that the item is gone. */
  subject: { kind: Kind<object>; gone: boolean } | null
  /** What did not fit, apart from the subject. */
  odd: Odd[]
  /**
   * What may be otherwise now than the payload tells: the commits of the default branch, or everything, as a label
   * that was renamed is on many issues.
   */
  mayDiffer: 'commits' | 'everything' | null
  payload: Fields
}

interface CarriedBy {
  kind: Kind<object>
  carried: Carried<object>
}

const carriers = new Map<string, CarriedBy[]>()
for (const kind of allKinds) {
  for (const event of Object.keys(kind.events) as GithubEvent[]) {
    const carried = kind.events[event] as Carried<object>
    carriers.set(event, [...(carriers.get(event) ?? []), { kind, carried }])
  }
}

/** Whether an event changes the mirror; others are only stored. */
export function isApplied(event: string): boolean {
  return event === 'repository' || carriers.has(event)
}

/** Whether webhooks of a repository tell it: some events only organisations and apps are told. */
export function isOfRepositories(event: string): boolean {
  return !ofOrganisations.has(event)
}

/**
 * Reads the payload of a webhook. Throws `github_malformed`, naming the field, when the subject of an event that the
 * hub applies is not what GitHub documents; what else does not fit is set aside. Of other events it takes who, what
 * and where only. https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export function readDelivery({
  event,
  payload,
  seq,
}: {
  event: string
  payload: unknown
  /** Its number, where it is stored: what is not read of it now can be read of it later. */
  seq?: number
}): Delivered {
  const fields = fieldsOf(payload, '')
  const applied = isApplied(event)
  const sender = optionalObjectIn(fields, 'sender')
  const isOfOne = applied && isOfRepositories(event)
  const repository = isOfOne ? objectIn(fields, 'repository') : optionalObjectIn(fields, 'repository')
  const delivered: Delivered = {
    event,
    action: optionalTextIn(fields, 'action'),
    actor: sender && optionalTextIn(sender, 'login'),
    rights: rightsIn(event, fields),
    repository: isOfOne || isWhole(repository) ? readRepository(repository as Fields) : null,
    rows: {},
    lists: {},
    patches: [],
    subject: null,
    odd: [],
    mayDiffer: null,
    payload: fields,
  }
  if (!delivered.repository) return delivered
  const { id: repositoryId, default_branch } = delivered.repository
  delivered.mayDiffer = mayDiffer(event, fields, default_branch)
  if (!applied) return delivered
  const place: Place = { repositoryId, asOf: null }
  if (seq !== undefined) place.delivery = seq
  for (const carrier of carriers.get(event) ?? []) readCarried(carrier, delivered, place)
  return delivered
}

/**
 * What is to be set aside of a payload whose subject does not fit, and of which repository; null for one that tells
 * neither. The delivery itself is kept, and applied again once its reading has learnt something.
 */
export function oddSubject(
  { event, payload }: { event: string; payload: unknown },
  error: CodedError,
): { repositoryId: number; odd: Odd } | null {
  const subject = carriers.get(event)?.find(({ carried }) => carried.subject)
  const values = payload as Record<string, unknown> | null
  const id = (values?.repository as { id?: unknown } | undefined)?.id
  if (!subject || !Number.isSafeInteger(id)) return null
  const { kind, carried } = subject
  return { repositoryId: id as number, odd: oddOf(kind, values?.[carried.at ?? kind.name], error) }
}

function readCarried({ kind, carried }: CarriedBy, delivered: Delivered, place: Place): void {
  const { payload } = delivered
  const { at } = carried
  if (carried.subject) delivered.subject = { kind, gone: carried.gone?.(payload) ?? false }
  if (carried.each) {
    if (!(carried.kept?.(payload) ?? true)) return
    const items: object[] = []
    for (const { value, place: path } of carried.each(payload)) {
      setAsideOdd(kind, value, delivered, () => {
        const item = kind.read(fieldsOf(value, path), place)
        if (item) items.push(item)
      })
    }
    Object.assign(delivered.lists, { [kind.name]: items })
    return
  }
  const read = () => {
    const object = at === undefined ? payload : optionalObjectIn(payload, at)
    if (!object) {
      if (carried.subject) objectIn(payload, at ?? '') // throws, naming the field
      return
    }
    const item = carried.read ? carried.read(object, place, payload) : kind.read(object, place)
    if (item && object !== payload) addTold(kind, item, object, place)
    if (item) Object.assign(delivered.rows, { [kind.name]: item })
    const patch = item || carried.read ? null : kind.tells?.(object, place)
    if (patch) delivered.patches.push(patch)
  }
  if (carried.subject) read()
  else setAsideOdd(kind, at === undefined ? null : payload.values[at], delivered, read)
}

function setAsideOdd(kind: Kind<object>, value: unknown, { odd }: Delivered, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!isCoded(error, 'github_malformed')) throw error
    odd.push(oddOf(kind, value, error))
  }
}

/** Events that may tell of an organisation only, and name no repository then. */
const ofOrganisations: ReadonlySet<string> = new Set(['organization', 'team', 'membership'])

/** Some events that are only stored name a repository by a part of it. */
function isWhole(repository: Fields | null): boolean {
  return repository !== null && 'default_branch' in repository.values && 'updated_at' in repository.values
}

/** GitHub cuts the commits of a push: https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const mostPushed = 2048

function mayDiffer(event: string, payload: Fields, defaultBranch: string): Delivered['mayDiffer'] {
  const action = optionalTextIn(payload, 'action') ?? ''
  const changed = (field: string) => field in (optionalObjectIn(payload, 'changes')?.values ?? {})
  switch (event) {
    case 'push': {
      const isCut = valuesIn(payload, 'commits').length >= mostPushed
      return (flagIn(payload, 'forced') || isCut) && branchIn(payload) === defaultBranch ? 'commits' : null
    }
    case 'repository':
      if (['renamed', 'transferred'].includes(action)) return 'everything'
      return changed('default_branch') ? 'commits' : null
    case 'label':
    case 'milestone':
      return action === 'deleted' || ['name', 'title', 'color'].some(changed) ? 'everything' : null
    default:
      return null
  }
}

/** GitHub tells of some changes of rights; what it does not tell, the hub finds when it asks again. */
function rightsIn(event: string, payload: Fields): Delivered['rights'] {
  const action = optionalTextIn(payload, 'action')
  switch (event) {
    case 'repository':
      return action === 'created' || action === 'publicized'
        ? { accounts: idsOf(optionalObjectIn(payload, 'sender')), readers: false }
        : { accounts: [], readers: action === 'privatized' || action === 'transferred' }
    case 'member':
    case 'membership':
      return { accounts: idsOf(optionalObjectIn(payload, 'member')), readers: false }
    case 'organization': {
      const membership = optionalObjectIn(payload, 'membership')
      return { accounts: idsOf(membership && optionalObjectIn(membership, 'user')), readers: false }
    }
    default:
      return { accounts: [], readers: false }
  }
}

function idsOf(account: Fields | null): number[] {
  const id = account && optionalIntegerIn(account, 'id', null)
  return id === null ? [] : [id]
}
