import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * Headers that tell browsers how little our pages need: nothing from elsewhere but pictures (avatars). Styles may be
 * inline because the editor brings its own as style tags; scripts may not.
 * `imageOrigin` is asked per answer, since the local GitHub may start later.
 */
export async function installSecurityHeaders(
  app: FastifyInstance,
  input: { publicUrl: string; imageOrigin: () => string },
): Promise<void> {
  const { protocol, host } = new URL(input.publicUrl)
  const secure = protocol === 'https:'
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'https:', input.imageOrigin],
        connectSrc: ["'self'", `${secure ? 'wss' : 'ws'}://${host}`],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: secure && { maxAge: 31_536_000, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  })
}
