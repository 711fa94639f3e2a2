/** So many people are called by one text; whoever names more calls nobody in particular. */
const most = 50

/**
 * Whom a text calls by `@login`, in lower case, each once: not those in code, nor in addresses of mail.
 * https://docs.github.com/en/get-started/writing-on-github#mentioning-people-and-teams
 */
export function mentionsIn(text: string | null): string[] {
  if (text === null || !text.includes('@')) return []
  const spoken = text.replace(/```[\s\S]*?(?:```|$)/g, ' ').replace(/`[^`\n]*`/g, ' ')
  const found = new Set<string>()
  for (const [, login] of spoken.matchAll(/(?<![\w@/.-])@([a-z\d](?:[a-z\d-]{0,38}))(?![\w/-])/gi)) {
    found.add(login!.toLowerCase())
    if (found.size === most) break
  }
  return [...found]
}
