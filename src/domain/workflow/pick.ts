/** Follows own properties of JSON; undefined as soon as one is missing. For payloads, whose shape GitHub decides. */
export function pick(value: unknown, ...path: string[]): unknown {
  let here = value
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined
    here = (here as Record<string, unknown>)[name]
  }
  return here
}

/** The text at a path of JSON, or undefined. */
export function pickText(value: unknown, ...path: string[]): string | undefined {
  const found = pick(value, ...path)
  return typeof found === 'string' ? found : undefined
}
