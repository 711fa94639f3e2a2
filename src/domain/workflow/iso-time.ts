let last = { ms: Number.NaN, text: '' }

/** Milliseconds since the epoch → ISO 8601. What happens in one turn is of one moment, so the last one is remembered. */
export function toIsoTime(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() }
  return last.text
}
