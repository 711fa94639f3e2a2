export function SyncTab() {
  return null
}
