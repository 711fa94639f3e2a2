import { sections } from '../shell/sections.ts'

/** One thing that keys do. `bindShortcut` listens for its keys and the help shows them: this table is the only one. */
export interface Shortcut {
  /**
   * Ways to do it. A way is what is pressed one after the other (`g i`), each as `KeyboardEvent.key` names it, with
   * `Mod+` before it for Ctrl (Command on a Mac).
   */
  keys: readonly string[]
  label: string
  group: 'Everywhere' | 'Lists' | 'Inbox' | 'Graphs' | 'Logs' | 'Editor'
  /**
   * `native`: the part of the page that has the focus answers it, so nothing has to listen on the whole page; it is
   * here to be told.
   */
  native?: boolean
}

const everywhere = {
  search: { keys: ['/', 'Mod+k'], label: 'Search or go to', group: 'Everywhere' },
  help: { keys: ['?'], label: 'Show these shortcuts', group: 'Everywhere' },
} as const satisfies Record<string, Shortcut>

const local = {
  'row.next': { keys: ['j'], label: 'Next row', group: 'Lists' },
  'row.previous': { keys: ['k'], label: 'Previous row', group: 'Lists' },
  'row.open': { keys: ['Enter'], label: 'Open the row', group: 'Lists', native: true },
  'row.select': { keys: ['x'], label: 'Select the row', group: 'Lists' },
  'row.select-to': { keys: ['X'], label: 'Select the rows up to this one', group: 'Lists' },
  'row.clear': { keys: ['Escape'], label: 'Select nothing', group: 'Lists' },
  'inbox.done': { keys: ['e'], label: 'Mark as done, or take back', group: 'Inbox' },
  'inbox.next': { keys: ['n'], label: 'On a page: the next thing that needs you', group: 'Inbox' },
  'inbox.snooze': { keys: ['h'], label: 'Put off until tomorrow', group: 'Inbox' },
  'inbox.read': { keys: ['u'], label: 'Mark as read or unread', group: 'Inbox' },
  'inbox.mute': { keys: ['m'], label: 'Mute, or hear of it again', group: 'Inbox' },
  'inbox.undo': { keys: ['z'], label: 'Take the last one back', group: 'Inbox' },
  'graph.walk': {
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    label: 'Walk from job to job',
    group: 'Graphs',
    native: true,
  },
  'graph.open': { keys: ['Enter'], label: 'Open the job', group: 'Graphs', native: true },
  'log.search': { keys: ['/'], label: 'Search the log', group: 'Logs' },
  'log.next': {
    keys: ['Enter'],
    label: 'Next match; with Shift the one before',
    group: 'Logs',
    native: true,
  },
  'editor.save': { keys: ['Mod+s'], label: 'Save the workflow', group: 'Editor', native: true },
  'editor.indent': { keys: ['Tab'], label: 'Indent', group: 'Editor', native: true },
  'editor.outdent': { keys: ['Shift+Tab'], label: 'Take the indent back', group: 'Editor', native: true },
  'editor.leave': { keys: ['Escape Tab'], label: 'Leave the editor', group: 'Editor', native: true },
} as const satisfies Record<string, Shortcut>

type Place = (typeof sections)[number][number]
export type ShortcutId = keyof typeof everywhere | keyof typeof local | `go ${Place['to']}`

/** `g` and then a letter goes to a section, as on GitHub. */
const go = {} as Record<`go ${Place['to']}`, Shortcut>
for (const { to, key, label } of sections.flat()) {
  go[`go ${to}`] = { keys: [`g ${key}`], label: `Go to ${label}`, group: 'Everywhere' }
}

/** Every shortcut of the app. */
export const shortcuts: Readonly<Record<ShortcutId, Shortcut>> = { ...everywhere, ...go, ...local }
