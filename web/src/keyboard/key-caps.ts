/** Whether Command is what Ctrl is elsewhere. */
export const apple = /Mac|iPhone|iPad/.test(navigator.platform)

const caps: Record<string, string> = {
  Mod: apple ? '⌘' : 'Ctrl',
  Shift: apple ? '⇧' : 'Shift',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}

/** What stands on the keys of one way to do something (`Mod+k`, `g i`), in the order in which they are pressed. */
export function keyCaps(way: string): string[] {
  return way
    .split(/[ +]/)
    .map((key) => caps[key] ?? key)
    .map((key, index) => (way.includes('Mod+') && index === 1 ? key.toUpperCase() : key))
}
