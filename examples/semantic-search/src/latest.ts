/** Runs a task while the user types: waits for a pause, and ignores results that are out of date. */

/** Long enough to skip most keystrokes of a fast typist, short enough to feel immediate. */
const pauseMs = 120

export interface LatestOptions<Input, Answer> {
  readonly work: (input: Input, signal: AbortSignal) => Promise<Answer>
  readonly onAnswer: (answer: Answer) => void
  readonly onError: (error: unknown) => void
}

/** Returns a function to call on every keystroke. Only the result for the latest input is delivered. */
export function latest<Input, Answer>({ work, onAnswer, onError }: LatestOptions<Input, Answer>) {
  let controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  return (input: Input) => {
    controller.abort()
    clearTimeout(timer)
    controller = new AbortController()
    const { signal } = controller
    timer = setTimeout(() => {
      work(input, signal).then(
        (answer) => signal.aborted || onAnswer(answer),
        (error) => signal.aborted || onError(error),
      )
    }, pauseMs)
  }
}
