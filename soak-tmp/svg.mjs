/** Small charts as SVG without scripts or fonts, with colours for light and dark pages. */

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600 }
  .ours { fill: #0969da } .other { fill: #afb8c1 }
  .line { fill: none; stroke-width: 2; stroke: #0969da } .line.second { stroke: #bf8700 }
  .axis { stroke: #8c959f; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .ours { fill: #58a6ff } .other { fill: #484f58 }
    .line { stroke: #58a6ff } .line.second { stroke: #d29922 }
    .axis { stroke: #6e7681 }
  }`

/** Horizontal bars from zero: `{ name, value, label, isOurs }`. */
export function barChart({ title, bars }) {
  const [nameWidth, barWidth, labelWidth, rowHeight, top] = [230, 320, 190, 26, 40]
  const max = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  const rows = bars.map(({ name, value, label, isOurs }, index) => {
    const y = top + index * rowHeight
    const width = Math.max(1, (barWidth * value) / max)
    return [
      `<text x="${nameWidth - 8}" y="${y + 15}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect class="${isOurs ? 'ours' : 'other'}" x="${nameWidth}" y="${y + 2}" width="${width.toFixed(1)}" height="${rowHeight - 8}" rx="2"/>`,
      `<text x="${(nameWidth + width + 8).toFixed(1)}" y="${y + 15}">${escapeXml(label)}</text>`,
    ].join('')
  })
  const size = { width: nameWidth + barWidth + labelWidth, height: top + bars.length * rowHeight + 8 }
  return document(size, title, rows)
}

/** At most two lines over a common x axis. Both axes start at zero. `lines` has `{ name, points: [[x, y], …] }`. */
export function lineChart({ title, xLabel, yLabel, lines }) {
  const [width, height, left, top, right, bottom] = [740, 300, 60, 48, 20, 44]
  const points = lines.flatMap((line) => line.points)
  const mostX = Math.max(...points.map(([x]) => x))
  const mostY = Math.max(...points.map(([, y]) => y)) * 1.1
  const x = (value) => left + ((width - left - right) * value) / mostX
  const y = (value) => height - bottom - ((height - top - bottom) * value) / mostY
  const path = (line) =>
    line.points.map(([a, b], i) => `${i ? 'L' : 'M'}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('')
  const last = (line) => line.points.at(-1)
  return document({ width, height }, title, [
    `<path class="axis" fill="none" d="M${left} ${top}V${height - bottom}H${width - right}"/>`,
    `<text x="${left - 6}" y="${y(0)}" text-anchor="end">0</text>`,
    `<text x="${left - 6}" y="${y(mostY / 1.1) + 4}" text-anchor="end">${Math.round(mostY / 1.1)}</text>`,
    `<text x="${left}" y="${top - 8}">${escapeXml(yLabel)}</text>`,
    `<text x="${width - right}" y="${height - bottom + 18}" text-anchor="end">${mostX.toLocaleString('en-US')} ${escapeXml(xLabel)}</text>`,
    ...lines.map((line, index) => `<path class="line ${index ? 'second' : ''}" d="${path(line)}"/>`),
    ...lines.map(
      (line) =>
        `<text x="${width - right}" y="${y(last(line)[1]) - 8}" text-anchor="end">${escapeXml(line.name)}</text>`,
    ),
  ])
}

function document({ width, height }, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escapeXml(title)}</title>
<style>${style}
</style>
<text class="title" x="8" y="20">${escapeXml(title)}</text>
${parts.join('\n')}
</svg>
`
}

function escapeXml(text) {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
