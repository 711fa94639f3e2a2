import { isCoded } from '../errors.ts'
import { ownMarker, type TriggerEvent } from './triggers.ts'
import { pick, pickText } from './workflow/pick.ts'

/**
 * Something that a step does on GitHub, named so that the webhook which it causes can be known by it: the hub acts with
 * its maker's token, so who sent a webhook does not tell whether a person or a workflow was it.
 */
export type Effect = `commented:${string}` | `labeled:${number}:${string}` | `label:${string}`

/** A comment, by the mark that it carries. */
export function commented(mark: string): Effect {
  return `commented:${mark}`
}

/** A label given to an issue or pull request; GitHub compares labels without case. */
export function labeled(number: number, name: string): Effect {
  return `labeled:${number}:${name.toLowerCase()}`
}

/** A label that GitHub made because an issue was given it. */
export function labelMade(name: string): Effect {
  return `label:${name.toLowerCase()}`
}

/** What a webhook tells, in the same names; null: nothing that a step can do. */
export function effectIn({
  name,
  action,
  payload,
}: Pick<TriggerEvent, 'name' | 'action' | 'payload'>): Effect | null {
  if (name === 'issue_comment' && action === 'created') {
    const mark = markIn(pickText(payload, 'comment', 'body') ?? '')
    return mark === null ? null : commented(mark)
  }
  const label = pickText(payload, 'label', 'name')
  if (label === undefined) return null
  if (name === 'label') return action === 'created' ? labelMade(label) : null
  const number = pick(payload, name === 'pull_request' ? 'pull_request' : 'issue', 'number')
  const isLabeling = action === 'labeled' && (name === 'issues' || name === 'pull_request')
  return isLabeling && typeof number === 'number' ? labeled(number, label) : null
}

/** The last mark of a text: a step writes its own below whatever it was given to say. */
function markIn(body: string): string | null {
  const at = body.lastIndexOf(ownMarker)
  const end = at === -1 ? -1 : body.indexOf(' -->', at)
  return end === -1 ? null : body.slice(at + ownMarker.length, end)
}

/** Clocks of GitHub and here differ, and webhooks take a while. */
const earlyMs = 60_000
const lateMs = 5 * 60_000

/**
 * Whether a webhook came, or tells of something that happened, about when a step did the same. Later a person may have
 * done it again.
 */
export function isTimely(recordedAt: number, times: readonly number[]): boolean {
  return times.some((time) => time >= recordedAt - earlyMs && time <= recordedAt + lateMs)
}

/** When a webhook reached us, and when it happened as GitHub tells, as far as it does. */
export function timesOf({ payload, receivedAt }: { payload: unknown; receivedAt: number }): number[] {
  const told = ['comment', 'issue', 'pull_request'].map((what) => pickText(payload, what, 'updated_at'))
  return [receivedAt, ...told.map((text) => Date.parse(text ?? ''))].filter(Number.isFinite)
}

/** As on GitHub, where `workflow_run` chains no more than three levels of workflows. */
export const maxCauseDepth = 3

/** GitHub answered, and did nothing. After any other failure it may have done it all the same. */
export function isRefusal(error: unknown): boolean {
  const codes = ['unauthorized', 'forbidden', 'not_found', 'unprocessable', 'rate_limited'] as const
  return codes.some((code) => isCoded(error, `github_${code}`))
}
