import { data } from '@actions/expressions'

/** Items of a list, or of an object that is read as a whole; a webhook may have a million. */
const maxItems = 50_000

/**
 * Plain JSON as the evaluator wants it. Objects and arrays are converted only where an expression looks: an event
 * is large, and an expression reads one path of it.
 */
export function toExpressionData(value: unknown): data.ExpressionData {
  if (value === null || value === undefined) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (Array.isArray(value)) return new PlainArray(value)
  if (typeof value === 'object') return new PlainDictionary(value)
  return new data.Null()
}

/** What came of an expression as JSON; each value of it is counted as work. */
export function toPlain(value: data.ExpressionData, meter: { spend(amount: number): void }): unknown {
  meter.spend(1)
  if (value instanceof data.Array) return value.values().map((item) => toPlain(item, meter))
  if (value instanceof data.Dictionary)
    return Object.fromEntries(value.pairs().map(({ key, value: inner }) => [key, toPlain(inner, meter)]))
  if (value instanceof data.NumberData || value instanceof data.BooleanData) return value.value
  return value instanceof data.Null ? null : value.coerceString()
}

class PlainDictionary extends data.Dictionary {
  readonly #source: Record<string, unknown>
  readonly #converted = new Map<string, data.ExpressionData>()

  constructor(source: object) {
    super()
    this.#source = source as Record<string, unknown>
  }

  /** Property names are case-insensitive, as everywhere in GitHub's expressions; only own properties exist. */
  override get(key: string): data.ExpressionData | undefined {
    const own = Object.hasOwn(this.#source, key) ? key : this.#keys().find((name) => sameWord(name, key))
    if (own === undefined) return undefined
    let converted = this.#converted.get(own)
    if (!converted) {
      converted = toExpressionData(this.#source[own])
      this.#converted.set(own, converted)
    }
    return converted
  }

  override values(): data.ExpressionData[] {
    return this.pairs().map((pair) => pair.value)
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return bounded(this.#keys()).map((key) => ({ key, value: this.get(key) ?? new data.Null() }))
  }

  #keys(): string[] {
    return Object.keys(this.#source)
  }
}

class PlainArray extends data.Array {
  readonly #source: readonly unknown[]
  #converted: data.ExpressionData[] | undefined

  constructor(source: readonly unknown[]) {
    super()
    this.#source = source
  }

  override values(): data.ExpressionData[] {
    this.#converted ??= bounded(this.#source).map(toExpressionData)
    return this.#converted
  }

  override get(index: number): data.ExpressionData {
    return this.values()[index] ?? new data.Null()
  }
}

function bounded<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length <= maxItems) return items
  throw new Error(`an expression reads no list of more than ${maxItems} items; this one has ${items.length}`)
}

function sameWord(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase()
}
