/** Runs in the measured process: reads requests from stdin, one JSON per line, and writes answers to stdout. */

import { createInterface } from 'node:readline'

/** `handlers` has a function for each value of a request's `do`. Every answer includes the peak memory. */
export async function answerRequests(handlers) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    let answer
    try {
      answer = await handlers[request.do](request)
    } catch (error) {
      answer = { error: String(error?.message ?? error) }
    }
    console.log(JSON.stringify({ ...answer, peakMb: peakMegabytes() }))
  }
  process.exit()
}

/** Peak resident memory so far. The system counts it in KB. */
function peakMegabytes() {
  return (process.resourceUsage().maxRSS * 1024) / 1e6
}
