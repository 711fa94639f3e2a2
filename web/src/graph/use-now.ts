import { useEffect, useState } from 'react'
import { hubNow } from '../data/live.ts'

/** The hub's clock as a component sees it, moving twice a second while `ticking`. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(hubNow)
  useEffect(() => {
    if (!ticking) return
    const timer = setInterval(() => setNow(hubNow()), 500)
    return () => clearInterval(timer)
  }, [ticking])
  return now
}
