import { spokenOf } from './mentions.ts'

/** So many issues are closed by one pull request; whoever names more closes none in particular. */
const most = 50

/**
 * The numbers of the issues of its own repository that the text of a pull request says it closes, each once:
 * `Closes #12`, `fixes: GH-7`. https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
 */
export function closingReferencesIn(text: string | null): number[] {
  if (text === null) return []
  const said = spokenOf(text)
  const found = new Set<number>()
  for (const [, number] of said.matchAll(
    /(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:#|GH-)(\d{1,9})(?!\w)/gi,
  )) {
    found.add(Number(number))
    if (found.size === most) break
  }
  return [...found]
}
