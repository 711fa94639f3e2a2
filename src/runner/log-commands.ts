/** A command within the output of a step. */
export interface LogCommand {
  name: string
  properties: Readonly<Record<string, string>>
  data: string
}

/**
 * Reads `::name key=value,key=value::data`, or the older `##[name key=value;key=value]data` anywhere in the line; null: it is
 * a line like any other. Which names there are is for the caller.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function readLogCommand(line: string): LogCommand | null {
  const [, name, properties = '', data] = /^\s*::([A-Za-z-]+)(?: (.*?))?::(.*)$/s.exec(line) ?? []
  if (name !== undefined) {
    return {
      name: name.toLowerCase(),
      properties: readProperties(properties, ','),
      data: unescapeData(data!),
    }
  }
  const [, older, more = '', rest] = /##\[([A-Za-z-]+)(?: ([^\]]*))?\](.*)$/s.exec(line) ?? []
  if (older === undefined) return null
  return { name: older.toLowerCase(), properties: readProperties(more, ';'), data: unescapeData(rest!) }
}

function readProperties(text: string, separator: string): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const part of text.split(separator)) {
    const at = part.indexOf('=')
    if (at <= 0) continue
    properties[part.slice(0, at).trim()] = unescapeProperty(part.slice(at + 1).trim())
  }
  return properties
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}
