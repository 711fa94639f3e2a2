import { useEffect, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './insights.module.css'

interface DayChartProps {
  /** UTC days, as in 2026-11-27. */
  days: readonly string[]
  values: readonly (number | null)[]
  label: string
  write: (value: number | null) => string
}

const height = 240

/**
 * One measure over days. Dragging over it zooms, a double click shows all again; the arrow keys move along
 * the days and say what each holds, as a canvas says nothing to a screen reader.
 */
export function DayChart({ days, values, label, write }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot>(undefined)
  // The day that the keyboard has come to: first the last one.
  const [shown, setShown] = useState(days.length - 1)

  useEffect(() => {
    const parent = place.current!
    const colour = (name: string) => getComputedStyle(parent).getPropertyValue(name).trim()
    const axis = () => ({
      stroke: colour('--fgColor-muted'),
      grid: { stroke: colour('--borderColor-muted'), width: 1 },
      ticks: { stroke: colour('--borderColor-muted'), width: 1 },
      font: `12px ${getComputedStyle(parent).fontFamily}`,
    })
    const draw = () => {
      const times = days.map((day) => Date.parse(day) / 1_000)
      const before = chart.current?.scales.x
      const zoom = before && (before.min !== times[0] || before.max !== times.at(-1)) ? before : undefined
      chart.current?.destroy()
      chart.current = new UPlot(
        {
          width: parent.clientWidth,
          height,
          tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), 'UTC'),
          legend: { show: true },
          scales: { y: { range: (_, __, most) => [0, Math.max(most ?? 0, 1e-9) * 1.1] } },
          axes: [axis(), { ...axis(), size: 72, values: (_, ticks) => ticks.map((tick) => write(tick)) }],
          series: [
            {
              label: 'Day',
              value: (_, at) => (at === null ? '–' : new Date(at * 1_000).toISOString().slice(0, 10)),
            },
            {
              label,
              stroke: colour('--fgColor-accent'),
              fill: colour('--bgColor-accent-muted'),
              width: 2,
              points: { show: true, size: 6 },
              value: (_, value) => write(value),
            },
          ],
        },
        [times, values as (number | null)[]],
        parent,
      )
      // What moved meanwhile is no reason to leave the days that somebody looks at.
      if (zoom?.min !== undefined && zoom.max !== undefined)
        chart.current.setScale('x', { min: zoom.min, max: zoom.max })
    }
    draw()
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: parent.clientWidth, height }))
    resized.observe(parent)
    const themed = new MutationObserver(draw)
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-color-mode'] })
    return () => {
      resized.disconnect()
      themed.disconnect()
    }
  }, [days, values, label, write])

  useEffect(() => () => chart.current?.destroy(), [])

  function move(to: number): void {
    const next = Math.min(Math.max(to, 0), days.length - 1)
    const plot = chart.current
    setShown(next)
    plot?.setCursor({ left: plot.valToPos(plot.data[0][next]!, 'x'), top: height / 2 })
  }

  const keys: Record<string, number> = {
    ArrowLeft: shown - 1,
    ArrowRight: shown + 1,
    Home: 0,
    End: days.length - 1,
  }
  return (
    <div
      ref={place}
      className={styles.chart}
      role="slider"
      aria-label={`${label} by day`}
      aria-valuemin={0}
      aria-valuemax={days.length - 1}
      aria-valuenow={shown}
      aria-valuetext={`${days[shown]}: ${write(values[shown] ?? null)}`}
      tabIndex={0}
      onKeyDown={(event) => {
        const to = keys[event.key]
        if (to === undefined) return
        event.preventDefault()
        move(to)
      }}
    />
  )
}
