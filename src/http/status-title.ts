// Importing node:http as an ES module would load Node's whole fetch for its sake: 40 ms of the start and 15 MB.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** The words of an HTTP status: `Not Found` for 404. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
export function statusTitle(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}
