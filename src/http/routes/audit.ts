import { Type } from 'typebox'
import { Paging } from '../../../contract/common.ts'
import { AuditEntry } from '../../../contract/identity.ts'
import { listAudit } from '../../store/audit.ts'
import type { HttpDeps } from '../deps.ts'
import { presentAuditEntry } from '../present-identity.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

/** Who signed in, was refused, changed roles or secrets. */
export function auditRoutes({ store }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/audit',
      {
        config: { access: 'admin' },
        schema: {
          tags: ['audit'],
          summary: 'The audit log, newest first',
          querystring: Paging,
          response: { 200: Type.Array(AuditEntry) },
        },
      },
      async (request, reply) => {
        const page = await listAudit(store.read, toPageRequest(request.query))
        return sendStorePage(reply, request, { ...page, items: page.items.map(presentAuditEntry) })
      },
    )
  }
}
