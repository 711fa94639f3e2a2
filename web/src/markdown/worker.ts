import { readMarkdown } from './read-markdown.ts'
import type { Place } from './references.ts'

/** A thread that reads Markdown: one text at a time, ended from outside when one takes too long. */
self.onmessage = ({ data: { text, place } }: MessageEvent<{ text: string; place: Place }>) => {
  try {
    self.postMessage(readMarkdown(text, place))
  } catch {
    // Too deep for its own reader, or for ours: it stays the text that it is.
    self.postMessage(null)
  }
}
