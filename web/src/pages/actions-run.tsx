export function ActionsRunPage() {
  return null
}
