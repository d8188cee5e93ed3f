/** Plots of the comparison's results as SVG, for light and dark pages. */

import { barChart } from '../svg.mjs'
import { median } from './statistics.mjs'

/** Returns the plots by name. Plots without measurements are omitted. */
export function plots({ shapes }) {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, { shape, corpora }]) =>
      corpora.mixed ? [[`${name}-mixed`, mixedChart(shape, corpora.mixed)]] : [],
    ),
  )
}

function mixedChart(shape, { count, contenders }) {
  const bars = Object.entries(contenders)
    .filter(([, { loadMs }]) => loadMs !== undefined)
    .map(([name, { failure, seconds, peakMb }]) => {
      const speed = failure ? 0 : count / median(seconds)
      const label = failure ?? `${speed.toFixed(0)} texts/s, ${(peakMb / 1000).toFixed(1)} GB`
      return { name, value: speed, label, isOurs: name.startsWith('bert-embed') }
    })
  return barChart({
    title: `${count} texts of mixed lengths, ${shape}: texts/s and peak memory`,
    bars,
  })
}
