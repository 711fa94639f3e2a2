import type { AccessGrant, User } from '../../../contract/identity.ts'
import { ApiError, readProblem, unreachable } from './api-error.ts'
import { waitForHub } from './hub-presence.ts'

/** Who is signed in here. `unknown` until the first refresh has answered. */
export type SessionState =
  | { status: 'unknown' }
  | { status: 'signed-in'; user: User }
  | { status: 'signed-out' }

/** The access token lives in this module's memory only; the refresh token in a cookie that no script can read. */
let grant: { token: string; expiresAt: number } | null = null
let state: SessionState = { status: 'unknown' }
let pending: Promise<string | null> | null = null
const listeners = new Set<() => void>()

/** Tabs tell each other of new tokens and of signing out; both stay in memory. */
let tabs: BroadcastChannel | null = null
type TabMessage = { type: 'grant'; grant: AccessGrant } | { type: 'signed-out' }

/** Shares the session with the other tabs of this browser. Called once, at start. */
export function joinTabs(): void {
  tabs = new BroadcastChannel('session')
  tabs.onmessage = (event: MessageEvent<TabMessage>) => {
    if (event.data.type === 'grant') keep(event.data.grant)
    else forget()
  }
}

export function readSession(): SessionState {
  return state
}

/** Calls back whenever who is signed in changes; answers with the way to stop. */
export function watchSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Takes over a grant that a sign-in of this tab was answered with, and tells the other tabs. */
export function acceptGrant(next: AccessGrant): void {
  keep(next)
  tabs?.postMessage({ type: 'grant', grant: next } satisfies TabMessage)
}

/** A valid access token, refreshed when needed; null when nobody is signed in. Throws when the hub is away. */
export async function accessToken(): Promise<string | null> {
  if (grant && grant.expiresAt > Date.now() + 5_000) return grant.token
  if (state.status === 'signed-out') return null
  return refresh(grant?.token ?? null)
}

/**
 * Changes the refresh token for a new access token, once however many ask: in this tab by sharing the promise,
 * across tabs by a lock. `stale` is the token that was refused: if another tab brought a newer one, it is taken.
 */
export function refresh(stale: string | null): Promise<string | null> {
  pending ??= underLock(async () => {
    await finishSignOut()
    if (grant && grant.token !== stale && grant.expiresAt > Date.now() + 5_000) return grant.token
    const response = await fetch('/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }).catch((cause) => {
      throw unreachable(cause)
    })
    // 204: nobody ever signed in here.
    if (response.status === 204 || response.status === 401 || response.status === 403) {
      forget()
      return null
    }
    if (!response.ok) throw await readProblem(response)
    acceptGrant(await response.json())
    return grant?.token ?? null
  }).finally(() => {
    pending = null
  })
  return pending
}

/**
 * Ends the session on the hub and forgets it here and in the other tabs. While the hub is away it is forgotten here
 * at once, and ended there as soon as the hub is back.
 */
export async function signOut(): Promise<void> {
  owe(true)
  try {
    await finishSignOut()
  } catch (error) {
    if (!(error instanceof ApiError && error.offline)) throw error
    void waitForHub().then(finishSignOut)
  }
  tabs?.postMessage({ type: 'signed-out' } satisfies TabMessage)
  forget()
}

/** Sends a sign-out that the hub has not heard of yet. */
async function finishSignOut(): Promise<void> {
  if (!owed()) return
  const response = await fetch('/auth/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }).catch((cause) => {
    throw unreachable(cause)
  })
  if (!response.ok && response.status !== 401) throw await readProblem(response)
  owe(false)
}

const OWED = 'sign-out'
let owedHere = false

/** Whether a sign-out still has to reach the hub: noted where closing the browser does not lose it. */
function owed(): boolean {
  try {
    return localStorage.getItem(OWED) !== null
  } catch {
    return owedHere
  }
}

function owe(due: boolean): void {
  owedHere = due
  try {
    if (due) localStorage.setItem(OWED, new Date().toISOString())
    else localStorage.removeItem(OWED)
  } catch {
    // Storage may be closed: it is then owed as long as the page is open.
  }
}

/** Who is signed in, asking the hub the first time. Throws an ApiError when the hub does not answer. */
export async function ensureSession(): Promise<SessionState> {
  if (state.status === 'unknown') await accessToken()
  return state
}

/** Takes somebody for signed in while the hub cannot be asked; it decides as soon as it answers. */
export function assume(user: User): void {
  if (state.status !== 'unknown') return
  state = { status: 'signed-in', user }
  for (const listener of listeners) listener()
}

function keep(next: AccessGrant): void {
  grant = { token: next.access_token, expiresAt: Date.now() + next.expires_in * 1000 }
  state = { status: 'signed-in', user: next.user }
  for (const listener of listeners) listener()
}

function forget(): void {
  grant = null
  state = { status: 'signed-out' }
  for (const listener of listeners) listener()
}

/** Web Locks exist on https and localhost only; elsewhere the hub's own rule against reuse has to do. */
function underLock<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('refresh', work) : work()
}
