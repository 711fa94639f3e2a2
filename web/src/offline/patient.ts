import { hubAnswers, waitForHub } from '../data/hub-presence.ts'

/** A page that failed so soon after it was loaded would only fail again. */
const JUST_LOADED_MS = 10_000

/** Styles that could not be fetched, and when they are there after all. */
const late = new Map<string, Promise<void>>()

/**
 * Makes an import that waits while its file cannot be fetched because the hub is away. Where a service worker holds
 * the app's files that is never so; elsewhere (plain http on another machine has none) the browser's error page
 * must not take the place of the app. A file that is gone while the hub answers means that the hub was updated: the
 * page is loaded anew.
 */
export function patient<M>(load: () => Promise<M>): () => Promise<M> {
  return async () => {
    for (let tried = false; ; ) {
      try {
        const loaded = await load()
        await Promise.all(late.values())
        return loaded
      } catch (error) {
        if (await hubAnswers()) {
          if (tried) return reload(error)
          tried = true
        } else {
          await waitForHub()
        }
      }
    }
  }
}

/**
 * Vite asks for a chunk's styles once only. One that could not be fetched is asked for again here, once the hub is
 * back; what needs it waits. https://vite.dev/guide/build#load-error-handling
 */
export function mendStyles(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const href = /preload CSS for (\S+)/.exec(event.payload.message)?.[1]
    if (!href) return
    event.preventDefault()
    if (late.has(href)) return
    late.set(
      href,
      fetchStyle(href).finally(() => late.delete(href)),
    )
  })
}

async function fetchStyle(href: string): Promise<void> {
  await waitForHub()
  const { promise, resolve } = Promise.withResolvers<void>()
  document.querySelector(`link[rel="stylesheet"][href="${CSS.escape(href)}"]`)?.remove()
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = href
  // A page without its styles is better than none.
  link.onload = link.onerror = () => resolve()
  document.head.append(link)
  return promise
}

async function reload(error: unknown): Promise<never> {
  if (performance.now() < JUST_LOADED_MS) throw error
  location.reload()
  return new Promise(() => {})
}
