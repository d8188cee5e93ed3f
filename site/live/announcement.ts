/** A text for a polite live region, which changes only after the reader has stopped typing. */

import { onBeforeUnmount, type Ref, readonly, ref } from 'vue'

/** A screen reader that reads each keystroke aloud is not interrupted by results. */
const pauseMs = 700

export function useAnnouncement(): { text: Readonly<Ref<string>>; announce: (message: string) => void } {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined
  onBeforeUnmount(() => clearTimeout(timer))
  return {
    text: readonly(text),
    announce(message) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        text.value = message
      }, pauseMs)
    },
  }
}
