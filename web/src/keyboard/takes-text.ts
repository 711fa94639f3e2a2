/** Where keys are typed, chosen by their first letter, or belong to something that lies above the page. */
const OWN_KEYS = [
  'input',
  'textarea',
  'select',
  '[contenteditable]:not([contenteditable="false"])',
  ...['textbox', 'searchbox', 'combobox', 'spinbutton', 'listbox', 'menu', 'dialog', 'alertdialog'].map(
    (role) => `[role="${role}"]`,
  ),
  'dialog',
].join()

/**
 * Whether a key belongs to what has the focus, so that no single-letter shortcut may take it: a text field, also one
 * inside a shadow root (there an event's `target` is only the host), a list that one types into, a dialog, or an input
 * method that is composing.
 */
export function takesText(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return true // 229: a composing key, also where browsers end it first
  return event.composedPath().some((node) => node instanceof Element && node.matches(OWN_KEYS))
}
