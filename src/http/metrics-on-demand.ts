import type { createMetrics } from './metrics.ts'

/**
 * The hub's figures, counted from the moment that they are first asked for, or from `begin`: most hubs are never
 * scraped, and the library weighs more than many a room.
 */
export function metricsOnDemand(input: Parameters<typeof createMetrics>[0]) {
  let measuring: Promise<ReturnType<typeof createMetrics>> | undefined
  const begin = () => {
    measuring ??= import('./metrics.ts').then(({ createMetrics }) => createMetrics(input))
    return measuring
  }
  return {
    begin,
    metrics: async () => (await begin()).metrics(),
    close: async () => (await measuring)?.close(),
  }
}
