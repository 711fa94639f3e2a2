export function CommitsTab() {
  return null
}
