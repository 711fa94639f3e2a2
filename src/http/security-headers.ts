import { createHash } from 'node:crypto'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { apiDocsStyle } from './api-docs-page.ts'
import { signInPageStyle } from './sign-in-page.ts'

/**
 * Headers that tell browsers how little our pages need: nothing from elsewhere but pictures (avatars), and nothing
 * inline but the styles of the pages that come without files, which are known by their hash.
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
        styleSrc: ["'self'", ...[apiDocsStyle, signInPageStyle].map(hashSource), liveRegionStyle],
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

/**
 * The style with which Primer hides what it only tells to screen readers (`@primer/live-region-element`): without it
 * those words would stand on the page.
 */
const liveRegionStyle = "'sha256-DTxLo/p0U68OvQ0C/ZBm32x0lyr7xl7Dd6LHwBsg7sc='"

/** What allows exactly this inline text. https://www.w3.org/TR/CSP3/#grammardef-hash-source */
const hashSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
