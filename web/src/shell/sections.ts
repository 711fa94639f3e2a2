import {
  BookIcon,
  GearIcon,
  GitPullRequestIcon,
  GraphIcon,
  HomeIcon,
  type Icon,
  InboxIcon,
  IssueOpenedIcon,
  PlayIcon,
  PulseIcon,
  RocketIcon,
  ShieldIcon,
  WebhookIcon,
  WorkflowIcon,
} from '@primer/octicons-react'

/** The places of the app, in the order of the sidebar; a gap where a group ends. */
export const sections = [
  [
    { label: 'Home', to: '/', icon: HomeIcon, key: 'h' },
    { label: 'Inbox', to: '/inbox', icon: InboxIcon, key: 'b' },
    { label: 'Repositories', to: '/repos', icon: BookIcon, key: 'r' },
    { label: 'Pull requests', to: '/pulls', icon: GitPullRequestIcon, key: 'p' },
    { label: 'Issues', to: '/issues', icon: IssueOpenedIcon, key: 'i' },
    { label: 'Actions', to: '/actions', icon: PlayIcon, key: 'a' },
  ],
  [
    { label: 'Workflows', to: '/workflows', icon: WorkflowIcon, key: 'w' },
    { label: 'Runs', to: '/runs', icon: RocketIcon, key: 'u' },
  ],
  [
    { label: 'Insights', to: '/insights', icon: GraphIcon, key: 'n' },
    { label: 'Security', to: '/security', icon: ShieldIcon, key: 'e' },
    { label: 'Deliveries', to: '/deliveries', icon: WebhookIcon, key: 'd' },
    { label: 'Activity', to: '/activity', icon: PulseIcon, key: 'y' },
    { label: 'Settings', to: '/settings', icon: GearIcon, key: 's' },
  ],
] as const satisfies readonly (readonly Section[])[]

interface Section {
  label: string
  to: string
  icon: Icon
  /** After `g`, the letter that goes there. */
  key: string
}

export type SectionPath = (typeof sections)[number][number]['to']
