/** Searches while the user types, and shows the latest query's results. */

const [form, input, state, results, indexed] = ['form', '#query', '#state', '#results', '#indexed'].map(
  (selector) => document.querySelector(selector),
)

/** After the last key, so that not every letter is embedded. */
const pauseMs = 150
const statusIntervalMs = 1000

let timer
let controller = new AbortController()

input.addEventListener('input', () => {
  clearTimeout(timer)
  timer = setTimeout(search, pauseMs)
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  clearTimeout(timer)
  search()
})
document.addEventListener('keydown', moveFocus)

input.value = new URLSearchParams(location.search).get('q') ?? ''
search()
showStatus()

async function search() {
  // The answer to an older query is not wanted any more.
  controller.abort()
  controller = new AbortController()
  const text = input.value.trim()
  history.replaceState(null, '', text ? `?q=${encodeURIComponent(text)}` : '/')
  if (text === '') return show('', [])
  try {
    const response = await fetch(`/search?q=${encodeURIComponent(text)}`, { signal: controller.signal })
    const { error, hits, milliseconds } = await response.json()
    if (error) return show(error, [])
    const time = Math.round(milliseconds.embedding + milliseconds.search)
    show(hits.length === 0 ? 'Nothing is indexed yet.' : `${hits.length} results in ${time} ms`, hits)
  } catch (error) {
    if (error.name !== 'AbortError') show('The server does not answer.', [])
  }
}

function show(message, hits) {
  state.textContent = message
  results.replaceChildren(...hits.map(toItem))
}

function toItem({ name, position, text, vector_rank, words_rank }) {
  const item = document.createElement('li')
  item.tabIndex = -1
  const ranks = [
    ['meaning', vector_rank],
    ['words', words_rank],
  ].filter(([, rank]) => rank !== null)
  item.append(
    element('h2', '', name),
    element('p', 'text', ...toMarks(text)),
    element(
      'p',
      'ranks',
      `part ${position + 1} · ${ranks.map(([by, rank]) => `rank ${rank} by ${by}`).join(', ')}`,
    ),
  )
  return item
}

/** The database puts two characters of the private use area around each match. */
function toMarks(text) {
  return text.split(/\uE000(.*?)\uE001/su).map((part, i) => (i % 2 === 1 ? element('mark', '', part) : part))
}

function element(name, className, ...children) {
  const created = document.createElement(name)
  if (className) created.className = className
  created.append(...children)
  return created
}

function moveFocus(event) {
  const isTyping = document.activeElement === input
  if (event.key === 'Escape' || (event.key === '/' && !isTyping)) {
    if (!isTyping) event.preventDefault()
    return input.focus()
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || event.isComposing) return
  const stops = [input, ...results.children]
  const next = stops[stops.indexOf(document.activeElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}

async function showStatus() {
  try {
    const response = await fetch('/status')
    const { documents, indexed: done, chunks } = await response.json()
    indexed.textContent = `${done} of ${documents} documents indexed, ${chunks} parts`
    if (done === documents) return
  } catch {
    indexed.textContent = ''
  }
  setTimeout(showStatus, statusIntervalMs)
}
