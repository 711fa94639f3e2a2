const key = (place: string) => `draft ${place}`

/** What was typed at a place and not sent yet, also before the page was loaded anew. */
export function readDraft(place: string): string {
  try {
    return sessionStorage.getItem(key(place)) ?? ''
  } catch {
    return ''
  }
}

/** Keeps what is typed for as long as the browser's tab is open. */
export function keepDraft(place: string, text: string): void {
  try {
    if (text) sessionStorage.setItem(key(place), text)
    else sessionStorage.removeItem(key(place))
  } catch {
    // Storage may be closed or full: the text then lasts as long as the page.
  }
}
