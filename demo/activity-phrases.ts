import { pick, type Random } from './random.ts'

/** Words from which an issue, a pull request or a reply of the moment is put together, by repository. */
const parts: Record<string, string[]> = {
  'berth-planner': ['Berth board', 'Conflict list', 'Week view', 'Slot editor', 'Print view', 'Undo'],
  'tide-api': [
    'Station list',
    'Nightly prediction',
    'Gauge poller',
    'Level cache',
    'Rate limit',
    'Quality flag',
  ],
  'ais-ingest': ['Receiver Landsort', 'Duplicate window', 'Track writer', 'Decoder', 'Gap metric'],
  'pilot-app': ['Assignment list', 'Boarding report', 'Outbox', 'Wind widget', 'Night mode'],
  'design-system': ['Date field', 'Table', 'Dialog', 'Toast', 'Tab bar', 'Chart legend'],
  docs: ['Handbook search', 'Page on chart datum', 'API guide', 'Shift checklist'],
  'forecast-models': ['Ferry model', 'Nightly training', 'Feature join', 'Evaluation report'],
  infrastructure: ['Standby region', 'Backup job', 'Bastion', 'Planner database'],
  billing: ['Invoice preview', 'Waste fee', 'Tariff of Visby', 'Monthly statement'],
}

const troubles = [
  'shows the wrong day after midnight in Kotka',
  'answers slowly when two ports load at once',
  'forgets the selected port after signing in again',
  'rounds draught to whole metres',
  'fails when the vessel has no IMO number',
  'keeps an old value for up to an hour',
  'is cut off on the small screen at the lock',
  'logs the same warning every minute',
  'does not say why it refused',
  'loses its place when the list is refreshed',
]

const observations = [
  'Noticed by the morning shift in Ystad, happens every time.',
  'Twice this week, both times during the handover.',
  'Steps: open it in two windows, change one, look at the other.',
  'Not urgent, but it costs trust.',
  'Worked last month. I did not find the change that broke it yet.',
]

const improvements = [
  'Say why',
  'Check before',
  'Handle',
  'Measure',
  'Simplify',
  'Cover with a test',
  'Cache',
]

const matters = [
  'a vessel without IMO number',
  'the hour that happens twice in October',
  'an empty answer from upstream',
  'two writers at once',
  'names with umlauts',
  'a slow connection',
  'the last day of the month',
]

const replies = [
  'Looking into it.',
  'Can confirm, same here.',
  'Deployed to staging, please try again.',
  'I think this is the same cause as the report of last week.',
  'Good catch. I will add a test first.',
  'Asked the port; they can live with it until Friday.',
  'Let us keep this small and do the rest in a second step.',
  'The numbers look better, leaving it open for one more night.',
]

const verdicts = {
  APPROVE: ['Looks right to me.', 'Clear and small, thank you.', 'Tried it out, works.'],
  COMMENT: [
    'What happens if the list is empty?',
    'Could this be two functions?',
    'Is there a test for the second case?',
  ],
  REQUEST_CHANGES: [
    'This changes the stored time, not only the shown one.',
    'Please keep the old name for one release.',
  ],
}

const notes = [
  'Keep the release notes up to date',
  'Write down what we decided on Monday',
  'Correct the names of the new stations',
  'Note the numbers of last night',
  'Remove a paragraph that no longer holds',
]

export type Verdict = keyof typeof verdicts

/** Makes up what people would write just now. Everything depends on `random` alone. */
export function createPhrases(random: Random) {
  const part = (repository: string) => pick(random, parts[repository] ?? ['Start page'])
  return {
    issue: (repository: string) => ({
      title: `${part(repository)} ${pick(random, troubles)}`,
      body: pick(random, observations),
    }),
    pull(repository: string) {
      const [improvement, matter, where] = [
        pick(random, improvements),
        pick(random, matters),
        part(repository),
      ]
      return {
        title: `${where}: ${improvement.toLowerCase()} ${matter}`,
        body: `${pick(random, observations)}\n\nThis change is about ${matter} only; the rest stays as it is.`,
        branch: `${improvement}-${matter}`.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
      }
    },
    reply: () => pick(random, replies),
    review: (verdict: Verdict) => pick(random, verdicts[verdict]),
    note: () => pick(random, notes),
  }
}
