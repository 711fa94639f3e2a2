import { coded } from '../errors.ts'

/** Loaded when somebody first signs in: a hub at rest needs none of it. */
const loadJose = () => import('jose')

/** Ten minutes: how long a stolen one could be used if sessions were not looked up, which they are. */
export const accessTokenSeconds = 600

const algorithm = 'HS256'
const type = 'at+jwt'
const keyId = 'access-1'
const audience = 'cldcde-api'

/** What signs and checks: the hub's key, its public address as issuer, the time. */
export interface AccessTokenContext {
  jwtKey: Uint8Array
  publicUrl: string
  clock: () => number
}

/** An access token of a session, for the browser's memory. https://www.rfc-editor.org/rfc/rfc9068 */
export async function signAccessToken(
  context: AccessTokenContext,
  claims: { userId: string; sessionId: string },
): Promise<string> {
  const { SignJWT } = await loadJose()
  const issuedAt = Math.floor(context.clock() / 1000)
  return new SignJWT({ sid: claims.sessionId })
    .setProtectedHeader({ alg: algorithm, typ: type, kid: keyId })
    .setIssuer(context.publicUrl)
    .setAudience(audience)
    .setSubject(claims.userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + accessTokenSeconds)
    .sign(context.jwtKey)
}

/**
 * The session that an access token stands for. Everything in its header must be as we write it, so that no key, key
 * address or algorithm of somebody else's choosing comes into play. Throws `invalid_token`.
 * https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export async function verifyAccessToken(
  context: AccessTokenContext,
  token: string,
): Promise<{ sessionId: string }> {
  const { errors, jwtVerify } = await loadJose()
  try {
    const { payload, protectedHeader } = await jwtVerify(token, context.jwtKey, {
      algorithms: [algorithm],
      typ: type,
      issuer: context.publicUrl,
      audience,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      maxTokenAge: accessTokenSeconds,
      currentDate: new Date(context.clock()),
    })
    const header = Object.keys(protectedHeader).sort().join()
    if (header === 'alg,kid,typ' && protectedHeader.kid === keyId && typeof payload.sid === 'string') {
      return { sessionId: payload.sid }
    }
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error
  }
  throw coded(
    'invalid_token',
    'The access token is not valid or no longer valid. Refresh it or sign in again.',
  )
}
