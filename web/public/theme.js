// Runs before the first paint, so that a chosen theme never flashes. A file of its own because the
// content security policy allows no inline script. `src/data/theme.ts` writes what is read here.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('theme') ?? 'system'
  } catch {
    // Storage may be closed; the system's choice stands.
  }
  const root = document.documentElement
  const contrast = choice === 'high-contrast'
  root.dataset.colorMode = choice === 'light' || choice === 'dark' ? choice : 'auto'
  root.dataset.lightTheme = contrast ? 'light_high_contrast' : 'light'
  root.dataset.darkTheme = contrast ? 'dark_high_contrast' : 'dark'
})()
