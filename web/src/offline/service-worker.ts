import { notPages } from '../../../contract/addresses.ts'

/** What the build put out; `web/service-worker-plugin.ts` writes it in, so that each build's worker differs. */
interface Build {
  /** Names the build by its content. */
  revision: string
  /** SHA-256 of `index.html`, hex. */
  page: string
  /** Files whose names tell their content: the same in every build that has them. */
  assets: string[]
  /** Files of one name and changing content. */
  files: string[]
}
declare const BUILD: Build
const built = BUILD

/** The worker's own scope: TypeScript's library of it and the page's exclude each other. */
interface WorkerScope {
  addEventListener: (type: string, listener: (event: WorkerEvent) => void) => void
  skipWaiting: () => Promise<void>
  clients: { claim: () => Promise<void> }
}
interface WorkerEvent {
  request: Request
  waitUntil: (work: Promise<unknown>) => void
  respondWith: (answer: Promise<Response>) => void
}
const worker = self as unknown as WorkerScope

const cacheName = `app-${built.revision}`
const page = '/'
const options: CacheQueryOptions = { ignoreVary: true, ignoreSearch: true }
/** A hub that takes longer to send the page is as good as away. */
const PAGE_TIMEOUT = 5_000
/** What something between says when the hub behind it is away. */
const AWAY = new Set([502, 503, 504])

worker.addEventListener('install', (event) => event.waitUntil(keepBuild().then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) =>
  event.waitUntil(dropOldBuilds().then(() => worker.clients.claim())),
)
worker.addEventListener('fetch', (event) => {
  const answer = answerTo(event.request)
  if (answer) event.respondWith(answer)
})

/**
 * Keeps everything that the app is made of, so that pages which were never opened open too. The whole build or
 * nothing: a hub that is updated meanwhile sends another page than this worker was made for, and its own worker soon.
 */
async function keepBuild(): Promise<void> {
  const cache = await caches.open(cacheName)
  try {
    const index = await load(page)
    if ((await sha256(index.clone())) !== built.page) throw new Error('another build is served')
    await Promise.all(built.files.map(async (file) => cache.put(file, await load(file))))
    const assets = built.assets.values()
    await Promise.all(
      // A few at a time: people load pages meanwhile.
      Array.from({ length: 4 }, async () => {
        for (const asset of assets) await cache.put(asset, (await caches.match(asset)) ?? (await load(asset)))
      }),
    )
    await cache.put(page, index)
  } catch (error) {
    await caches.delete(cacheName)
    throw error
  }
}

/** The build before this one stays: tabs that it drew still ask for its files. */
async function dropOldBuilds(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith('app-') && name !== cacheName)
  await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)))
}

/** Answers what the app is made of; null: the browser asks the hub itself, as for everything of the API. */
function answerTo(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return null
  if (pathname.startsWith('/assets/')) {
    return caches.match(request, options).then((kept) => kept ?? fetch(request))
  }
  if (request.mode === 'navigate') return notPages.test(pathname) ? null : showPage(request)
  if (built.files.includes(pathname)) return fetch(request).catch(() => kept(pathname))
  return null
}

/** The hub's page while it sends one: it names the newest files. */
async function showPage(request: Request): Promise<Response> {
  const fromHub = fetch(request).catch(() => null)
  const late = new Promise<null>((resolve) => setTimeout(resolve, PAGE_TIMEOUT, null))
  const first = await Promise.race([fromHub, late])
  if (first && !AWAY.has(first.status)) return first
  return kept(page).catch(async () => (await fromHub) ?? Response.error())
}

async function kept(path: string): Promise<Response> {
  const cache = await caches.open(cacheName)
  const found = await cache.match(path, options)
  if (!found) throw new Error(`${path} is not kept`)
  return found
}

async function load(path: string): Promise<Response> {
  // Names that tell their content may come from the browser's own cache; the others are asked for anew.
  const response = await fetch(path, { cache: path.startsWith('/assets/') ? 'default' : 'no-cache' })
  if (!response.ok || response.redirected) throw new Error(`${path}: ${response.status}`)
  return response
}

async function sha256(response: Response): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer())
  return new Uint8Array(digest).toHex()
}
