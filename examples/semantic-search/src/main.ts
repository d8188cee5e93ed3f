/** Connects the parts of the page: search field, list, map and model. */

import '@fontsource-variable/inter'
import './style.css'
import { BertEmbedError } from 'bert-embed'
import { latest } from './latest.js'
import { chooseModel, chosenDevice, chosenModel, modelChoices, smallModel } from './models.js'
import { indexPassages, type PassageIndex } from './passage-index.js'
import { passageMap } from './passage-map.js'
import { passages, subjects, suggestions } from './passages.js'
import { principalPlane } from './pca.js'
import { progressBar } from './progress-bar.js'
import { rank } from './rank.js'
import { resultsList } from './results-list.js'
import { setUpTheme } from './theme.js'

const input = find<HTMLInputElement>('#query')
const status = find('#status')
const tooltip = find('#tooltip')
const progress = progressBar(find('#progress'))
const choice = chosenModel()

const list = resultsList({ list: find('#results'), input, passages, onPoint: point, onChoose: searchLike })
const map = passageMap({ svg: find('#map svg'), passages, onPoint: point, onChoose: searchLike })

setUpTheme(find('#theme'))
setUpModels(find('#models'))
setUpLegend(find('#legend'))
setUpSuggestions(find('#suggestions'))
find('#use-small').addEventListener('click', () => chooseModel(smallModel.key))
find('#retry').addEventListener('click', () => location.reload())
list.show(undefined)
// On a device without a mouse, focus would open the on-screen keyboard.
if (matchMedia('(pointer: fine)').matches) input.focus()
start().catch(showError)

async function start(): Promise<void> {
  const startedAt = performance.now()
  const index = await indexPassages(
    choice,
    passages.map(({ text }) => text),
    { device: chosenDevice(), onProgress: progress.show },
  )
  progress.hide()
  map.draw(index.vectors, principalPlane(index.vectors))
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const { dimension, device } = index.embedder
  status.textContent = `${passages.length} passages, ${dimension} values each, ready in ${seconds} s on ${device}`
  document.documentElement.dataset.ready = 'true'
  setUpSearch(index)
}

function setUpSearch({ embedder, vectors }: PassageIndex): void {
  const search = latest({
    async work(text: string, signal) {
      if (text.trim() === '') return undefined
      const startedAt = performance.now()
      const vector = await embedder.embedQuery(text, { normalize: true, signal })
      return { vector, hits: rank(vector, vectors), milliseconds: performance.now() - startedAt }
    },
    onAnswer(answer) {
      list.show(answer?.hits)
      map.show(answer?.vector, answer?.hits)
      if (answer)
        status.textContent = `${passages.length} passages ranked in ${answer.milliseconds.toFixed(0)} ms`
    },
    onError: showError,
  })
  input.addEventListener('input', () => search(input.value))
  if (input.value) search(input.value)
}

input.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') setQuery('')
})

function setQuery(text: string): void {
  input.value = text
  input.dispatchEvent(new Event('input'))
  input.focus()
}

function searchLike(index: number): void {
  setQuery(passages[index]!.text)
}

/** Highlights a passage in the list and on the map, which shows its text. */
function point(index: number | undefined): void {
  list.point(index)
  map.point(index)
  tooltip.hidden = index === undefined || document.documentElement.dataset.ready === undefined
  if (index === undefined) return
  const { x, y } = map.placeOf(index)
  tooltip.textContent = passages[index]!.text
  tooltip.style.setProperty('--x', `${x}px`)
  tooltip.style.setProperty('--y', `${y}px`)
}

function setUpModels(select: HTMLSelectElement): void {
  select.replaceChildren(...modelChoices.map(({ key, label }) => new Option(label, key)))
  select.value = choice.key
  select.addEventListener('change', () => chooseModel(select.value))
}

function setUpLegend(legend: HTMLElement): void {
  legend.replaceChildren(
    ...subjects.map((subject, i) => {
      const item = document.createElement('li')
      item.textContent = subject
      item.style.setProperty('--subject', `var(--subject-${i})`)
      return item
    }),
  )
}

function setUpSuggestions(root: HTMLElement): void {
  for (const suggestion of suggestions) {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = suggestion
    button.addEventListener('click', () => setQuery(suggestion))
    root.append(button)
  }
}

function showError(error: unknown): void {
  progress.hide()
  find('#error').hidden = false
  find('#error-text').textContent =
    error instanceof BertEmbedError ? `${error.message} (${error.code})` : String(error)
  find('#use-small').hidden = choice === smallModel
}

function find<T extends Element = HTMLElement>(selector: string): T {
  return document.querySelector<T>(selector)!
}
