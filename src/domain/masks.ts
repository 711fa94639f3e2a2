/** What a masked value is replaced by. */
const mask = '***'

/** Values that no output may show, with the forms in which programs write them. */
export interface Masks {
  /** Adds a value and each of its lines; what is empty adds nothing. */
  add(value: string): void
  /** The text with every masked value replaced; values that overlap become one. */
  hide(text: string): string
  /**
   * Where a text can be cut, at `limit` or behind it, that no masked value is cut; null: only once more of the text is
   * there.
   */
  cut(text: string, limit: number): number | null
  /** Whether a text shows a masked value. */
  isIn(text: string): boolean
  /** The values as they were added. */
  readonly values: readonly string[]
}

/** As GitHub's runner, masks a value also in Base64 (at each of three offsets), in URLs, JSON, XML and quoted. */
export function createMasks(initial: readonly string[] = []): Masks {
  const values: string[] = []
  const forms = new Set<string>()
  const masks: Masks = {
    values,
    add(value) {
      const whole = value.trim()
      if (whole === '' || values.includes(whole)) return
      values.push(whole)
      for (const each of new Set([whole, ...whole.split(/\r?\n/).map((line) => line.trim())])) {
        for (const form of formsOf(each)) forms.add(form)
      }
    },
    hide(text) {
      const ranges = rangesOf(text, forms)
      if (ranges.length === 0) return text
      let [hidden, from] = ['', 0]
      for (const { start, end } of ranges) {
        hidden += text.slice(from, start) + mask
        from = end
      }
      return hidden + text.slice(from)
    },
    cut(text, limit) {
      // As far as a value goes on that begins before the limit.
      const longest = Math.max(1, ...Array.from(forms, ({ length }) => length))
      if (text.length < limit + longest - 1) return null
      const from = Math.max(0, limit - longest)
      const within = rangesOf(text.slice(from, limit + longest), forms).find(
        ({ start, end }) => from + start < limit && from + end > limit,
      )
      return within ? from + within.end : limit
    },
    isIn(text) {
      for (const form of forms) if (text.includes(form)) return true
      return false
    },
  }
  for (const value of initial) masks.add(value)
  return masks
}

/** Where masked values are, those that touch or overlap joined. */
function rangesOf(text: string, forms: ReadonlySet<string>): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      found.push({ start: at, end: at + form.length })
    }
  }
  found.sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number }[] = []
  for (const range of found) {
    const last = joined.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else joined.push(range)
  }
  return joined
}

/** Shorter Base64 pieces would hide what has nothing to do with the value. */
const leastPiece = 6

function formsOf(value: string): string[] {
  if (value === '') return []
  const json = JSON.stringify(value).slice(1, -1)
  const xml = value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
  const encoded = encodeURIComponent(value.toWellFormed())
  return [value, json, xml, encoded, value.replaceAll('"', '\\"'), ...base64Of(value)]
}

/** The value within a longer text that is in Base64: what stands before it moves it by one or two bytes. */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value)
  return [0, 1, 2].flatMap((offset) => {
    const moved = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // Characters that the neighbours have a part in tell nothing.
    const from = offset === 0 ? 0 : offset + 1
    const rest = (offset + bytes.length) % 3
    const until = rest === 0 ? moved.length : moved.indexOf('=') - 1
    const piece = moved.slice(from, until)
    return piece.length < leastPiece ? [] : [piece]
  })
}
