import styles from './sparkline.module.css'

const WIDTH = 120
const HEIGHT = 28

/** The shape of some numbers over time, oldest first, with a gap where one is not known; the number itself stands beside it. */
export function Sparkline({ values, label }: { values: readonly (number | null)[]; label: string }) {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return <div className={styles.sparkline} />
  const top = Math.max(...known, 1)
  const x = (index: number) => ((index / (values.length - 1)) * WIDTH).toFixed(1)
  const y = (value: number) => (HEIGHT - 2 - (value / top) * (HEIGHT - 4)).toFixed(1)
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {stretches(values).map(({ from, numbers }) => {
        // One value alone has no line: it is drawn as a dash.
        const ends = numbers.length === 1 ? [from - 0.2, from + 0.2] : numbers.map((_, i) => from + i)
        const line = ends.map((at, i) => `${x(at)},${y(numbers[i] ?? numbers[0]!)}`).join(' ')
        const area = `${x(from)},${HEIGHT} ${line} ${x(from + numbers.length - 1)},${HEIGHT}`
        return (
          <g key={from}>
            <polygon className={styles.area} points={area} />
            <polyline className={styles.line} points={line} />
          </g>
        )
      })}
    </svg>
  )
}

/** The runs of known values between the gaps. */
function stretches(values: readonly (number | null)[]): { from: number; numbers: number[] }[] {
  const found: { from: number; numbers: number[] }[] = []
  for (const [index, value] of values.entries()) {
    if (value === null) continue
    const last = found.at(-1)
    if (last && last.from + last.numbers.length === index) last.numbers.push(value)
    else found.push({ from: index, numbers: [value] })
  }
  return found
}
