import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { AccessGrant, Setup } from '../../../contract/identity.ts'
import { coded, isCoded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import { saveOauthApp } from '../../store/settings.ts'
import { isSetupToken } from '../../store/setup-token.ts'
import { hasOwner } from '../../store/users.ts'
import { refuseForeignWrites } from '../cookies.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { grantAccess, signInWithGithub, visitorOf } from '../sign-in.ts'

const tags = ['set-up']
const setupToken = Type.String({ maxLength: 200, description: 'From the one-time URL that the hub printed' })
const secret = Type.String({ minLength: 1, maxLength: 400 })

/** The set-up page's three doors, open to whoever holds the one-time set-up token. */
export function setupRoutes(deps: HttpDeps): Routes {
  const { store, clock, sealer, publicUrl } = deps
  const guarded = {
    config: { access: 'public', limit: 'sign-in' },
    onRequest: refuseForeignWrites,
  } as const

  return async (app) => {
    app.get(
      '/api/v1/setup',
      {
        config: { access: 'public' },
        schema: { tags, summary: 'What the sign-in page needs to know', response: { 200: Setup } },
      },
      readSetup,
    )

    app.post(
      '/setup/github',
      {
        ...guarded,
        schema: {
          tags,
          summary: 'Enter the OAuth app that the hub is on GitHub',
          description: `Its callback URL must be \`${publicUrl}/auth/github/callback\`.`,
          body: Type.Object(
            { setup_token: setupToken, client_id: secret, client_secret: secret },
            { additionalProperties: false },
          ),
          response: { 200: Setup, 403: Problem },
        },
      },
      async ({ body, ip }) => {
        await checkSetupToken(body.setup_token, ip)
        await store.write(async (tx) => {
          const now = clock()
          await saveOauthApp(tx, sealer, { clientId: body.client_id, clientSecret: body.client_secret, now })
          await appendAudit(tx, { at: now, actor: null, action: 'secret.changed', target: 'oauth_app', ip })
        })
        return readSetup()
      },
    )

    app.post(
      '/setup/token',
      {
        ...guarded,
        schema: {
          tags,
          summary: 'Own the hub as the person behind a GitHub token',
          body: Type.Object(
            { setup_token: setupToken, github_token: secret },
            { additionalProperties: false },
          ),
          response: { 200: AccessGrant, 400: Problem, 403: Problem },
        },
      },
      async (request, reply) => {
        const { setup_token, github_token: token } = request.body
        await checkSetupToken(setup_token, request.ip)
        try {
          const started = await signInWithGithub(deps, { token, setup: true, visitor: visitorOf(request) })
          return await grantAccess(deps, reply, started)
        } catch (cause) {
          if (!isCoded(cause, 'github_unauthorized')) throw cause
          throw coded('invalid_request', 'body.github_token is not a token that GitHub accepts.', { cause })
        }
      },
    )

    app.post(
      '/setup/demo',
      {
        ...guarded,
        schema: {
          tags,
          summary: 'Start the local GitHub with sample data',
          description: 'Takes seconds: `GET /api/v1/setup` tells when it runs.',
          body: Type.Object({ setup_token: setupToken }, { additionalProperties: false }),
          response: { 200: Setup, 202: Setup, 403: Problem, 409: Problem },
        },
      },
      async ({ body, ip }, reply) => {
        await checkSetupToken(body.setup_token, ip)
        const setup = await readSetup()
        if (setup.demo.running) return setup
        if (!setup.demo.available) throw coded('conflict', 'The local GitHub is not installed here.')
        await deps.demo.start()
        return reply.code(202).send(setup)
      },
    )
  }

  async function readSetup(): Promise<Setup> {
    const signIn = deps.singleUser() ? 'single-user' : (await deps.oauthApp()) ? 'oauth' : 'none'
    return {
      owned: await hasOwner(store.read),
      sign_in: signIn,
      github_url: deps.github.webUrl,
      public_url: publicUrl,
      demo: deps.demo.status(),
    }
  }

  async function checkSetupToken(token: string, ip: string): Promise<void> {
    if (await isSetupToken(store.read, token)) return
    await store.write((tx) =>
      appendAudit(tx, {
        at: clock(),
        actor: null,
        action: 'setup.refused',
        ip,
        detail: { reason: 'wrong token' },
      }),
    )
    throw coded('forbidden', 'This set-up link was used already or replaced. Restart the hub for a new one.')
  }
}
