import type { SyncProgressRow } from '../store/rows/sync.ts'
import type { Db } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'
import { goOn } from './begin-sync.ts'
import { ended, sinceOf } from './read-resource.ts'
import { NeedsRequest, type Step } from './reading.ts'
import {
  advance,
  type Brought,
  holdsRepository,
  type Sync,
  tellBrought,
  writeDown,
  writeStep,
} from './save-step.ts'
import { type Resource, resources } from './sync-resources.ts'

/** Items of one transaction, or what one resource has: people wait for an answer no longer than they are written. */
const mostItems = 40

/**
 * Reads resources from the one at `from` on for as long as the survey of the repository tells them: many in one
 * transaction, since nothing is waited for. Answers with the place of the first that is to be asked for; undefined
 * when the sync is not ours to go on with.
 */
export async function readTold(
  sync: Sync,
  whole: SyncProgressRow,
  from: number,
): Promise<number | undefined> {
  let place = from
  while (mayBeTold(sync, resources[place])) {
    const told = await sync.store.write((tx) => saveTold(tx, sync, { whole, from: place }))
    if (!told) return undefined
    for (const brought of told.brought) tellBrought(sync, brought)
    place = told.place
    if (told.isToBeAsked) break
  }
  return place
}

/** What hangs under other things is asked for when it is known under which. */
function mayBeTold({ survey }: Sync, resource: Resource | undefined): resource is Resource {
  if (!survey || !resource) return false
  const { name, kind } = resource
  return kind.listed?.under !== undefined || survey.lists.has(name) || survey.unlikely.has(name)
}

interface ToldPart {
  brought: Brought[]
  /** Of the first resource that is not saved. */
  place: number
  isToBeAsked: boolean
}

async function saveTold(
  tx: Db,
  sync: Sync,
  { whole, from }: { whole: SyncProgressRow; from: number },
): Promise<ToldPart | undefined> {
  const now = await findProgress(tx, whole)
  const isOurs = now?.started_at === whole.started_at && now.next_page !== null
  if (!(await holdsRepository(tx, sync.repository.id)) || !isOurs) return undefined
  const brought: Brought[] = []
  let place = from
  let items = 0
  let isToBeAsked = false
  for (
    let resource = resources[place];
    items < mostItems && mayBeTold(sync, resource);
    resource = resources[place]
  ) {
    const begun = await goOn(tx, sync, { resource: resource.name, whole })
    if (begun.next_page !== null) {
      isToBeAsked = !(await saveResource(tx, sync, { resource, begun, brought }))
      if (isToBeAsked) break
    }
    items = brought.reduce((sum, { step }) => sum + step.names.length, 0)
    place++
  }
  if (place > from) saveProgress(tx, { ...whole, done: place, total: resources.length })
  return { brought, place, isToBeAsked }
}

/** Saves a resource as far as no request is needed; false where one is. */
async function saveResource(
  tx: Db,
  sync: Sync,
  { resource, begun, brought }: { resource: Resource; begun: SyncProgressRow; brought: Brought[] },
): Promise<boolean> {
  const reading = resource.read({ ...sync, store: { read: tx }, client: null, since: sinceOf(begun) })
  const seen = new Set<string>()
  let progress = { ...begun, done: 0 }
  for (let step = await nextTold(reading); step !== 'whole'; step = await nextTold(reading)) {
    if (step === 'to be asked') {
      if (seen.size > 0) writeDown(tx, sync, progress)
      return false
    }
    const { after, ...advanced } = advance(step, { before: progress, seen })
    const { healed, ...told } = await writeStep(tx, sync, { resource, before: progress, ...advanced })
    brought.push(told)
    progress = { ...after, healed }
  }
  const last = ended(progress, null)
  writeDown(tx, sync, last, { isNews: last.done > 0 || last.healed > 0 || begun.done > 0 })
  return true
}

async function nextTold(reading: ReturnType<Resource['read']>): Promise<Step | 'whole' | 'to be asked'> {
  try {
    const next = await reading.next()
    return next.done ? 'whole' : next.value
  } catch (error) {
    if (error instanceof NeedsRequest) return 'to be asked'
    throw error
  }
}
