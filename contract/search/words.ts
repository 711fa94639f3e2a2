/** What can be searched for. */
export const searchTypes = [
  'repositories',
  'issues',
  'pulls',
  'comments',
  'commits',
  'actions_runs',
  'workflows',
  'people',
] as const
export type SearchType = (typeof searchTypes)[number]

/** What may stand behind the colon, for suggestions and for what is understood. */
export type ValuesOf =
  | 'person'
  | 'label'
  | 'milestone'
  | 'repository'
  | 'branch'
  | 'time'
  | 'number'
  | 'sha'
  | 'text'

interface SearchWord {
  /** What it narrows. */
  types: readonly SearchType[]
  /** The values that there are, or of which sort they are. */
  values: readonly string[] | ValuesOf
  /** What it asks for, in a few words. */
  means: string
}

const word = (described: SearchWord) => described
const conversations = ['issues', 'pulls'] as const
const within = ['issues', 'pulls', 'comments', 'commits', 'actions_runs'] as const

/**
 * GitHub's words, as far as the mirror can answer them. One table for what the hub understands, what the page suggests
 * and what the documents list.
 * https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests
 */
export const searchWords = {
  is: word({
    types: ['repositories', ...within],
    values: [
      ...['open', 'closed', 'merged', 'unmerged', 'draft', 'locked', 'unlocked', 'issue', 'pr'],
      ...['public', 'private', 'archived', 'fork'],
      ...['queued', 'in_progress', 'completed', 'success', 'failure', 'cancelled', 'skipped'],
    ],
    means: 'its state or sort',
  }),
  state: word({ types: conversations, values: ['open', 'closed'], means: 'its state' }),
  type: word({ types: conversations, values: 'text', means: '`issue`, `pr`, or the type of an issue' }),
  reason: word({
    types: ['issues'],
    values: ['completed', 'not_planned', 'duplicate', 'reopened'],
    means: 'why it was closed',
  }),
  author: word({ types: within, values: 'person', means: 'who wrote it' }),
  assignee: word({ types: conversations, values: 'person', means: 'who is to do it; `*`: anybody' }),
  mentions: word({ types: [...conversations, 'comments'], values: 'person', means: 'whom its text names' }),
  team: word({
    types: [...conversations, 'comments'],
    values: 'text',
    means: 'the team that its text names, as `org/team`',
  }),
  commenter: word({ types: conversations, values: 'person', means: 'who commented on it' }),
  involves: word({
    types: conversations,
    values: 'person',
    means: 'author, assignee, named, or who commented',
  }),
  'review-requested': word({ types: ['pulls'], values: 'person', means: 'whose review it waits for' }),
  'user-review-requested': word({ types: ['pulls'], values: 'person', means: 'whose review it waits for' }),
  'team-review-requested': word({
    types: ['pulls'],
    values: 'text',
    means: 'the team whose review it waits for, as `org/team`',
  }),
  'reviewed-by': word({ types: ['pulls'], values: 'person', means: 'who reviewed it' }),
  review: word({
    types: ['pulls'],
    values: ['none', 'approved', 'changes_requested'],
    means: 'what the last reviews say',
  }),
  draft: word({ types: ['pulls'], values: ['true', 'false'], means: 'whether it is a draft' }),
  linked: word({
    types: conversations,
    values: ['pr', 'issue'],
    means: 'whether a pull request closes it, or it closes an issue',
  }),
  head: word({
    types: ['pulls', 'actions_runs'],
    values: 'branch',
    means: 'how the branch begins that it comes from',
  }),
  base: word({ types: ['pulls'], values: 'branch', means: 'the branch that it goes into' }),
  sha: word({
    types: ['pulls', 'commits'],
    values: 'sha',
    means: 'how its commit begins; of a pull request the newest one',
  }),
  hash: word({ types: ['commits'], values: 'sha', means: 'how its SHA begins' }),
  branch: word({ types: ['actions_runs'], values: 'branch', means: 'the branch that it ran on' }),
  event: word({ types: ['actions_runs'], values: 'text', means: 'what started it' }),
  workflow: word({ types: ['actions_runs'], values: 'text', means: 'the name of its workflow' }),
  status: word({
    types: ['pulls', 'actions_runs'],
    values: [
      ...['pending', 'success', 'failure'],
      ...['queued', 'in_progress', 'completed', 'cancelled', 'skipped', 'timed_out'],
    ],
    means: 'how far it is or how it ended; of a pull request, how its checks stand',
  }),
  label: word({ types: conversations, values: 'label', means: 'a label that it carries' }),
  milestone: word({ types: conversations, values: 'milestone', means: 'its milestone; `*`: any' }),
  no: word({
    types: conversations,
    values: ['label', 'assignee', 'milestone', 'type'],
    means: 'what it has not',
  }),
  has: word({
    types: conversations,
    values: ['label', 'assignee', 'milestone', 'type'],
    means: 'what it has',
  }),
  repo: word({ types: ['repositories', ...within], values: 'repository', means: 'its repository' }),
  org: word({ types: ['repositories', ...within], values: 'text', means: 'who owns its repository' }),
  user: word({ types: ['repositories', ...within], values: 'text', means: 'who owns its repository' }),
  language: word({
    types: ['repositories', ...within],
    values: 'text',
    means: 'the main language of its repository',
  }),
  topic: word({ types: ['repositories'], values: 'text', means: 'a topic of it' }),
  archived: word({
    types: ['repositories', ...within],
    values: ['true', 'false'],
    means: 'its repository is archived',
  }),
  in: word({
    types: conversations,
    values: ['title', 'body', 'comments'],
    means: 'where its text is looked for; else in title and body',
  }),
  created: word({ types: ['repositories', ...within], values: 'time', means: 'when it was made' }),
  updated: word({ types: ['repositories', ...within], values: 'time', means: 'when it last changed' }),
  pushed: word({ types: ['repositories'], values: 'time', means: 'when something was last pushed to it' }),
  closed: word({ types: conversations, values: 'time', means: 'when it was closed' }),
  merged: word({ types: ['pulls'], values: 'time', means: 'when it was merged' }),
  comments: word({ types: conversations, values: 'number', means: 'how many comments it has' }),
  reactions: word({ types: conversations, values: 'number', means: 'how many reactions it has' }),
  interactions: word({
    types: conversations,
    values: 'number',
    means: 'how many comments and reactions it has',
  }),
  sort: word({
    types: ['repositories', ...within],
    values: [
      ...['created-desc', 'created-asc', 'updated-desc', 'updated-asc'],
      ...['comments-desc', 'comments-asc', 'reactions-desc', 'reactions-asc'],
      ...['interactions-desc', 'interactions-asc', 'best-match'],
    ],
    means: 'the order',
  }),
} as const

export type SearchWordName = keyof typeof searchWords

export function isSearchWord(name: string): name is SearchWordName {
  return Object.hasOwn(searchWords, name)
}

/** The words that narrow a type. */
export function wordsFor(type: SearchType): SearchWordName[] {
  return (Object.keys(searchWords) as SearchWordName[]).filter((name) =>
    (searchWords[name].types as readonly SearchType[]).includes(type),
  )
}

/** The word that somebody probably meant: one or two letters away. */
export function nearestWord(typed: string): string | null {
  const near = Object.keys(searchWords)
    .map((name) => ({ name, away: distance(typed, name) }))
    .filter(({ away, name }) => away <= (name.length > 4 ? 2 : 1))
    .sort((a, b) => a.away - b.away)
  return near[0]?.name ?? null
}

/** Levenshtein's: how many letters to add, drop or change; of names, which are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
