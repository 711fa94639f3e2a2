import type { Permission } from './emulate-account-rows.ts'

export interface Person {
  login: string
  name: string
  email: string
  /** What this person is in the organisation, in one word. */
  role: 'owner' | 'maintainer' | 'member' | 'reader' | 'outsider'
  bio: string
  location: string
  colour: string
  /** Rights on repositories: by name, else `otherwise`; null means: cannot see it if it is private. */
  rights: Record<string, Permission | null>
  otherwise: Permission | null
}

export const organisation = {
  login: 'harborline',
  name: 'Harborline',
  description: 'Software for small ports: berths, tides and pilots in one place.',
  location: 'Gothenburg',
  email: 'hello@harborline.example',
  colour: '#0b6e8f',
}

/** The invented people of the invented organisation, each with other rights than the rest. */
export const people: Person[] = [
  {
    login: 'mara-lindqvist',
    name: 'Mara Lindqvist',
    email: 'mara@harborline.example',
    role: 'owner',
    bio: 'Founder. Used to tie up ferries.',
    location: 'Gothenburg',
    colour: '#8250df',
    rights: {},
    otherwise: 'admin',
  },
  {
    login: 'tobias-okafor',
    name: 'Tobias Okafor',
    email: 'tobias@harborline.example',
    role: 'maintainer',
    bio: 'Tides, radios and the machines behind them.',
    location: 'Kalmar',
    colour: '#1a7f37',
    rights: { 'tide-api': 'admin', 'ais-ingest': 'maintain', infrastructure: 'maintain', billing: 'push' },
    otherwise: 'push',
  },
  {
    login: 'priya-raman',
    name: 'Priya Raman',
    email: 'priya@harborline.example',
    role: 'maintainer',
    bio: 'Everything with a screen.',
    location: 'Malmö',
    colour: '#bf3989',
    rights: {
      'berth-planner': 'admin',
      'design-system': 'maintain',
      'pilot-app': 'maintain',
      billing: 'pull',
    },
    otherwise: 'push',
  },
  {
    login: 'jonas-weber',
    name: 'Jonas Weber',
    email: 'jonas@harborline.example',
    role: 'member',
    bio: 'Builds, tests and the phone app.',
    location: 'Rostock',
    colour: '#bc4c00',
    rights: { infrastructure: 'pull', billing: null },
    otherwise: 'push',
  },
  {
    login: 'elif-demir',
    name: 'Elif Demir',
    email: 'elif@harborline.example',
    role: 'reader',
    bio: 'Talks to ports, writes the handbook.',
    location: 'Visby',
    colour: '#0969da',
    rights: { docs: 'push', 'berth-planner': 'triage' },
    otherwise: 'pull',
  },
  {
    login: 'sam-whitlock',
    name: 'Sam Whitlock',
    email: 'sam@whitlock.example',
    role: 'outsider',
    bio: 'Runs the displays in a ferry terminal.',
    location: 'Ystad',
    colour: '#57606a',
    rights: { 'tide-api': 'pull', docs: 'triage', 'design-system': 'pull' },
    otherwise: null,
  },
]

/** What a person may do with a repository of the organisation; null without any special right. */
export function rightOf(person: Person, repository: string): Permission | null {
  return person.rights[repository] === undefined ? person.otherwise : person.rights[repository]
}
