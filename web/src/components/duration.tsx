import { useEffect, useState } from 'react'
import { hubNow } from '../data/live.ts'

/** `640 ms`, `12s`, `1m 12s`, `2h 05m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`
  return `${Math.floor(hours / 24)}d ${hours % 24}h`
}

const pad = (value: number) => String(value).padStart(2, '0')

/** How long something took, or has been going on for: it then counts while it is shown. */
export function Duration({ from, to }: { from: string | null; to: string | null }) {
  const [now, setNow] = useState(hubNow)
  const counting = from !== null && to === null
  useEffect(() => {
    if (!counting) return
    const timer = setInterval(() => setNow(hubNow()), 1000)
    return () => clearInterval(timer)
  }, [counting])
  if (!from) return <span className="numbers">–</span>
  return <span className="numbers">{formatDuration((to ? Date.parse(to) : now) - Date.parse(from))}</span>
}
