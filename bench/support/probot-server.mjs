// Probot as its documentation starts it, with one handler. PROBOT is the folder that it is installed in.
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { Probot, Server } = await import(
  pathToFileURL(join(process.env.PROBOT, 'node_modules/probot/lib/index.js')).href
)
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const server = new Server({
  Probot: Probot.defaults({ appId: 1, privateKey, secret: process.env.SECRET, logLevel: 'error' }),
  port: Number(process.env.PORT),
  host: '127.0.0.1',
})
let seen = 0
await server.load((app) => {
  app.on('issues.opened', async ({ payload }) => {
    seen += payload.issue.number ? 1 : 0
  })
})
await server.start()
process.once('SIGTERM', () => {
  console.error(`probot saw ${seen} deliveries`)
  process.exit()
})
console.log('ready')
