import { STATUS_CODES } from 'node:http'

/** The words of an HTTP status: `Not Found` for 404. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export function statusTitle(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}
