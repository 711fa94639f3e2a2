/** What the page needs of an OpenAPI 3.1 document. https://spec.openapis.org/oas/v3.1.1 */
export interface ApiDocument {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

interface Operation {
  tags?: string[]
  summary?: string
  description?: string
  security?: { bearer?: string[] }[]
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[]
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>
}

interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  const?: unknown
}

/** The API as one page that needs no script and nothing from elsewhere. */
export function renderApiDocs(document: ApiDocument): string {
  const groups = Map.groupBy(listOperations(document), ({ operation }) => operation.tags?.[0] ?? 'other')
  const { title, version, description = '' } = document.info
  const schemas = Object.entries(document.components?.schemas ?? {})
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)} API</title>
<link rel="icon" href="/favicon.svg">
<style>${apiDocsStyle}</style>
<nav aria-label="Sections">
${[...groups.keys()].map((tag) => `<a href="#${anchor(tag)}">${escapeHtml(tag)}</a>`).join('\n')}
<a href="#schemas">schemas</a>
</nav>
<main>
<h1>${escapeHtml(title)} API <small>${escapeHtml(version)}</small></h1>
${description
  .split('\n')
  .map((line) => `<p>${inline(line)}</p>`)
  .join('\n')}
<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a></p>
${[...groups].map(([tag, operations]) => `<h2 id="${anchor(tag)}">${escapeHtml(tag)}</h2>\n${operations.map(renderOperation).join('\n')}`).join('\n')}
<h2 id="schemas">schemas</h2>
${schemas.map(([name, schema]) => `<h3 id="schema-${anchor(name)}">${escapeHtml(name)}</h3>\n${renderProperties(schema)}`).join('\n')}
</main>
</html>
`
}

interface Listed {
  method: string
  path: string
  operation: Operation
}

function listOperations({ paths }: ApiDocument): Listed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

function renderOperation({ method, path, operation }: Listed): string {
  const scope = operation.security?.[0]?.bearer?.[0]
  const body = operation.requestBody?.content?.['application/json']?.schema
  const parameters = operation.parameters ?? []
  return `<details>
<summary><b>${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? '')}${scope ? ` <small>scope ${escapeHtml(scope)}</small>` : ''}</summary>
${operation.description ? `<p>${inline(operation.description)}</p>` : ''}
${parameters.length > 0 ? table(parameters.map((one) => [`<code>${escapeHtml(one.name)}</code>`, `${escapeHtml(one.in)}${one.required ? ', required' : ''}`, typeOf(one.schema), inline(one.description ?? one.schema?.description ?? '')])) : ''}
${body ? `<h4>Body</h4>${body.$ref ? `<p>${typeOf(body)}</p>` : renderProperties(body)}` : ''}
<h4>Answers</h4>
${table(Object.entries(operation.responses ?? {}).map(([status, answer]) => [status, typeOf(Object.values(answer.content ?? {})[0]?.schema), inline(answer.description === 'Default Response' ? '' : (answer.description ?? ''))]))}
</details>`
}

function renderProperties(schema: Schema): string {
  if (!schema.properties) return `<p>${typeOf(schema)}</p>`
  return table(
    Object.entries(schema.properties).map(([name, property]) => [
      `<code>${escapeHtml(name)}</code>`,
      schema.required?.includes(name) ? '' : 'optional',
      typeOf(property),
      inline(property.description ?? ''),
    ]),
  )
}

/** A schema in a few words, linked to where it is described. */
function typeOf(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)!
    return `<a href="#schema-${anchor(name)}">${escapeHtml(name)}</a>`
  }
  if (schema.enum)
    return schema.enum.map((value) => `<code>${escapeHtml(JSON.stringify(value))}</code>`).join(' | ')
  if (schema.const !== undefined) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.type === 'array') return `${typeOf(schema.items)}[]`
  if (schema.properties) {
    return `{ ${Object.entries(schema.properties)
      .map(([name, property]) => `${escapeHtml(name)}: ${typeOf(property)}`)
      .join(', ')} }`
  }
  return escapeHtml(schema.type ?? 'anything')
}

function table(rows: string[][]): string {
  return `<table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`
}

const inline = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
const anchor = (text: string) => encodeURIComponent(text.toLowerCase().replaceAll(' ', '-'))
const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Inline, so that the page needs no file; the content security policy knows it by its hash. */
export const apiDocsStyle = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
  body { margin: 0; display: grid; grid-template-columns: 12rem minmax(0, 1fr) }
  nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem; box-sizing: border-box; display: grid; align-content: start; gap: .3rem }
  main { padding: 1.5rem; max-width: 60rem }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid #8884 }
  details { border: 1px solid #8884; border-radius: 6px; margin: .5rem 0; padding: 0 1rem }
  summary { cursor: pointer; padding: .5rem 0 }
  summary b { display: inline-block; min-width: 4rem; font-size: 12px }
  small { opacity: .7 }
  code { font-size: 13px; background: #8882; border-radius: 4px; padding: 0 .25em }
  table { border-collapse: collapse; margin: .5rem 0 1rem; width: 100% }
  td { border-top: 1px solid #8883; padding: .25rem .75rem .25rem 0; vertical-align: top }
  @media (max-width: 50rem) { body { display: block } nav { position: static; height: auto } }`
