/**
 * Addresses that belong to programs: no page of the app is ever shown there. The server answers a browser that goes
 * anywhere else with the app, and the app's service worker does the same while the server is away.
 */
export const notPages = /^\/(api|auth|webhooks|assets|metrics|healthz|readyz)(\/|$)/
