/** So many people are called by one text; whoever names more calls nobody in particular. */
const most = 50

/** The teams that a text calls, by `@org/team`, as `org/team` in lower case, each once. */
export function teamMentionsIn(text: string | null): string[] {
  if (text === null || !text.includes('@')) return []
  const found = new Set<string>()
  for (const [, team] of spokenOf(text).matchAll(
    /(?<![\w@/.-])@([a-z\d][a-z\d-]{0,38}\/[a-z\d][\w-]{0,99})(?![\w/-])/gi,
  )) {
    found.add(team!.toLowerCase())
    if (found.size === most) break
  }
  return [...found]
}

/** What is said in a text: all but code. */
export function spokenOf(text: string): string {
  return text.replace(/```[\s\S]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`/g, ' ')
}

/**
 * Whom a text calls by `@login`, in lower case, each once: not those in code, nor in addresses of mail.
 * https://docs.github.com/en/get-started/writing-on-github#mentioning-people-and-teams
 */
export function mentionsIn(text: string | null): string[] {
  if (text === null || !text.includes('@')) return []
  const found = new Set<string>()
  for (const [, login] of spokenOf(text).matchAll(/(?<![\w@/.-])@([a-z\d](?:[a-z\d-]{0,38}))(?![\w/-])/gi)) {
    found.add(login!.toLowerCase())
    if (found.size === most) break
  }
  return [...found]
}
