import { isMap, isSeq, type Node } from 'yaml'
import { checkValue } from './check-value.ts'
import { unableToRunOn } from './runner-context.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/**
 * Reads `runs-on`: the labels as written, those of a group among them. Says that no hosted image is meant by them here, or
 * that commands of the job cannot run.
 */
export function parseRunsOn(reader: YamlReader, entry: Entry): string[] {
  checkValue(reader, entry, 'runs-on')
  const labels = labelsIn(reader, entry.value)
  const why = labels.some((label) => label.includes('${{')) ? null : unableToRunOn(labels)
  const hosted = labels.some((label) => label.toLowerCase().startsWith('ubuntu-'))
  if (why) reader.problem(entry.key, `'runs-on': commands of this job cannot run here, as ${why}`, 'warning')
  else if (hosted) {
    const what = "'runs-on': commands run on the hub's machine, which is not GitHub's hosted image"
    reader.problem(entry.key, what, 'warning')
  }
  return labels
}

function labelsIn(reader: YamlReader, value: Node | null): string[] {
  const node = reader.resolve(value)
  if (isMap(node)) return labelsIn(reader, node.get('labels', true) as Node | null)
  if (isSeq(node)) return node.items.flatMap((item) => labelsIn(reader, item as Node))
  const label = node && reader.text(node, "'runs-on'")
  return label ? [label] : []
}
