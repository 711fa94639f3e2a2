import type { Layout } from './layout.ts'

const margin = 28
/** Below this a card's text is no longer read with ease. */
const readable = 0.7
const smallest = 0.15
const lowest = 144
const tallest = 440

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

/** How high a frame of a given width should be: as much as the drawing needs at the size that fits the width. */
export function frameHeight(layout: Pick<Layout, 'width' | 'height'>, width: number): number {
  const zoom = Math.max(readable, Math.min(1, (width - 2 * margin) / Math.max(1, layout.width)))
  return Math.round(Math.min(tallest, Math.max(lowest, layout.height * zoom + 2 * margin)))
}
