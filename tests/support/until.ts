/** Resolves once something holds that nobody tells of, in real time; until then the test waits, up to its own limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
