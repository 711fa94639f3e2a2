/** Hands something to the browser to be kept as a file. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser takes hold of it before the next task.
  setTimeout(() => URL.revokeObjectURL(url))
}
