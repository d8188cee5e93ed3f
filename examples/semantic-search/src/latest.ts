/** What happens while one types: wait for a pause, then work, and forget answers that come too late. */

/** Long enough to skip most keys of a fast typist, short enough to feel immediate. */
const pauseMs = 120

export interface LatestOptions<Answer> {
  readonly work: (text: string, signal: AbortSignal) => Promise<Answer>
  readonly onAnswer: (answer: Answer) => void
  readonly onError: (error: unknown) => void
}

/** A function to call at every key: only the answer to the latest text arrives. */
export function latest<Answer>({ work, onAnswer, onError }: LatestOptions<Answer>) {
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  return (text: string) => {
    controller.abort()
    clearTimeout(timer)
    controller = new AbortController()
    const { signal } = controller
    timer = setTimeout(() => {
      work(text, signal).then(
        (answer) => signal.aborted || onAnswer(answer),
        (error) => signal.aborted || onError(error),
      )
    }, pauseMs)
  }
}
