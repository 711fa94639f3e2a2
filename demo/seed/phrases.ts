import type { IssueKind } from './read-seed.ts'

const general = [
  'Seen here too, since about a week.',
  'Talked about it in the Monday call: yes, let us do it.',
  'Moving this to the next milestone, nobody has time before the ferry season.',
  'Could somebody from support say how many ports this touches?',
  'Visby asked about this again today.',
  'Linking the thread from the mailing list, the second half is about exactly this.',
  'I have a branch with half of it. Will push tomorrow.',
  'Thank you for the clear description, that saved me an hour.',
  'No strong opinion, but whatever we choose, please write it into the handbook.',
]

const byKind: Record<IssueKind, string[]> = {
  bug: [
    'Reproduced on main. It needs two windows side by side.',
    'Cannot reproduce with the data of Ystad. Which port was it?',
    'The stack trace points at the cache. I would look there first.',
    'Happens only when the clock of the client is ahead.',
    'Bisected: it came with the change of last Thursday.',
    'Confirmed by Simrishamn, same steps.',
    'A restart hides it for about a day.',
  ],
  enhancement: [
    'I would start with the smallest form and see whether anybody asks for more.',
    'Sketch from the workshop is in the shared folder.',
    'How would this look on the small screen at the lock?',
    'Please make it possible to switch it off per port.',
    'The pilots would love it. The agents would not notice.',
  ],
  performance: [
    'Profile before and after would help to judge this.',
    'On the old tablet it is three times worse.',
    'Measured again after the update: 20 % better, still too slow.',
  ],
  documentation: ['I can write the first draft this week.', 'A picture would say more than the paragraph.'],
  question: [
    'Short answer: yes. Long answer in the handbook, I will add the page.',
    'We changed our mind on this twice. Let us write the decision down this time.',
  ],
  security: [
    'Please keep the details out of this thread until the fix is out.',
    'Checked the logs of the last ninety days: no sign that anybody used it.',
  ],
  regression: ['There was a test for it. It was removed with the old layout.'],
  dependencies: [
    'The changelog is long but harmless, I read it.',
    'Let us wait for the first patch release.',
  ],
}

const pullComments = [
  'Preview looks good on the tablet.',
  'Could you rebase? CI on main was red yesterday because of the mirror.',
  'Small thing: the name says what it does, but not why.',
  'Tried it against the data of last week, same result as before.',
  'Let us get this in before Thursday, the port of Ystad waits for it.',
]

/** Believable replies for an issue of the kind. */
export function repliesFor(kind: IssueKind): string[] {
  return [...byKind[kind], ...byKind[kind], ...general]
}

export { pullComments }
