const names = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const

/** The counts that the mirror keeps, as GitHub's roll-up. https://docs.github.com/en/rest/reactions/reactions */
export function reactionsOf(url: string, stored: string): object {
  const counts = JSON.parse(stored) as Partial<Record<(typeof names)[number], number>>
  const all = names.map((name) => [name, counts[name] ?? 0] as const)
  const total_count = all.reduce((sum, [, count]) => sum + count, 0)
  return { url: `${url}/reactions`, total_count, ...Object.fromEntries(all) }
}
