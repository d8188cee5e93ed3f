/** The measured end of the wire: requests come in on stdin, a line of JSON each, and answers go out on stdout. */

import { createInterface } from 'node:readline'

/** `handlers` holds a function for each value of a request's `do`. Every answer says how much memory it has taken. */
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

/** The most resident memory so far; the system keeps count, in KB. */
function peakMegabytes() {
  return (process.resourceUsage().maxRSS * 1024) / 1e6
}
