import { registerHooks } from 'node:module'

/**
 * The parser that GitHub publishes. It imports its schema as bundlers let one, without saying that it is JSON, so that Node
 * has to be told.
 */
export async function importGithubParser(): Promise<typeof import('@actions/workflow-parser')> {
  const hooks = registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
  })
  try {
    return await import('@actions/workflow-parser')
  } finally {
    hooks.deregister()
  }
}
