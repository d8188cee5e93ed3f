/** The progress bar that is shown while the model loads and the passages are embedded. */

import type { Progress } from './passage-index.js'

export function progressBar(root: HTMLElement) {
  const label = root.querySelector('output')!
  const bar = root.querySelector('progress')!
  return {
    show(progress: Progress): void {
      root.hidden = false
      label.textContent = progress.label
      // Without a value, the progress bar is "indeterminate": it moves back and forth.
      if (progress.share === undefined) bar.removeAttribute('value')
      else bar.value = progress.share
    },
    hide(): void {
      root.hidden = true
    },
  }
}
