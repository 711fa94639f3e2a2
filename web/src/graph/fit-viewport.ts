import type { Layout } from './layout.ts'

const margin = 24
/** Below this a card's text is no longer read with ease. */
const readable = 0.75
const smallest = 0.15

/**
 * Where to look at a drawing from: whole and in the middle if it then stays readable, else readable from its start,
 * the rest a drag away.
 *
 * @param whole show all of it, however small
 */
export function fitViewport(
  layout: Pick<Layout, 'width' | 'height'>,
  frame: { width: number; height: number },
  whole: boolean,
): { x: number; y: number; zoom: number } {
  const fitting = Math.min(
    1,
    (frame.width - 2 * margin) / Math.max(1, layout.width),
    (frame.height - 2 * margin) / Math.max(1, layout.height),
  )
  const zoom = Math.max(whole ? smallest : readable, fitting)
  const start = (space: number, size: number) => Math.max(margin, (space - size * zoom) / 2)
  return { x: start(frame.width, layout.width), y: start(frame.height, layout.height), zoom }
}
