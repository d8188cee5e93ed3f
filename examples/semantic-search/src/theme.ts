/** Light or dark theme: the system's setting, until the button overrides it. */

const storageKey = 'theme'

export function setUpTheme(button: HTMLButtonElement): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const show = () => {
    const chosen = localStorage.getItem(storageKey)
    const isDark = chosen ? chosen === 'dark' : system.matches
    if (chosen) document.documentElement.dataset.theme = chosen
    button.setAttribute('aria-pressed', String(isDark))
    button.title = isDark ? 'Light colours' : 'Dark colours'
  }
  system.addEventListener('change', show)
  button.addEventListener('click', () => {
    localStorage.setItem(storageKey, button.getAttribute('aria-pressed') === 'true' ? 'light' : 'dark')
    show()
  })
  show()
}
