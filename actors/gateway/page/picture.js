// The picture of the actors: a box per kind, an arrow per direction in which a
// message has passed, and the same numbers as a table.
import { at, element, shape } from './dom.js'

const LIT_MS = 300
const WIDTH = 120
const HEIGHT = 46
const APART = 5 // of the two arrows between two boxes, from the middle
const HEAD_LENGTH = 9
const HEAD_WIDTH = 4.5

// As in the picture of the architecture.
const PLACES = {
  network: [80, 120], outside: [760, 405],
  discovery: [250, 35], greeter: [250, 115], peer: [250, 205],
  swarm: [420, 35], caller: [420, 115], dispatcher: [420, 205], replica: [420, 325],
  supervisor: [590, 35], repl: [590, 115], log_writer: [590, 205], index: [590, 325],
  gateway: [760, 35], disk: [760, 135], feed: [760, 232], session: [760, 325]
}
const NO_ACTORS = ['network', 'outside', 'disk']

const boxes = new Map()
const arrows = new Map()
const rows = new Map()
let strangers = 0

function box (kind) {
  if (boxes.has(kind)) return boxes.get(kind)
  const [x, y] = PLACES[kind] ?? [80 + 170 * (strangers % 4), 405 + 80 * Math.floor(strangers++ / 4)]
  if (y > 405) at('picture').setAttribute('viewBox', `0 0 840 ${y + 40}`)
  const group = shape('g', { class: 'actor' })
  group.append(
    shape('rect', { x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 8 }),
    shape('text', { x, y: y - 3, class: 'kind' }, kind),
    shape('text', { x, y: y + 14, class: 'depth' }))
  at('picture').append(group)
  const out = { group, x, y }
  boxes.set(kind, out)
  return out
}

// From edge to edge, on the right of the way, so that both directions are seen.
function way (from, to) {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length]
  const [sx, sy] = [-uy * APART, ux * APART] // aside from the middle
  // How far it is from beside a box's middle to its edge.
  const inside = (direction) => Math.min(
    (WIDTH / 2 - direction * Math.sign(ux) * sx) / Math.abs(ux || 1e-9),
    (HEIGHT / 2 - direction * Math.sign(uy) * sy) / Math.abs(uy || 1e-9))
  const point = (along, aside = 0) => {
    const scale = 1 + aside / APART
    return `${(from.x + ux * along + sx * scale).toFixed(1)} ${(from.y + uy * along + sy * scale).toFixed(1)}`
  }
  const end = length - inside(-1)
  const neck = end - HEAD_LENGTH
  return `M${point(inside(1))} L${point(end)} M${point(neck, -HEAD_WIDTH)} L${point(end)} L${point(neck, HEAD_WIDTH)}`
}

function arrow (from, to) {
  const key = `${from} ${to}`
  if (arrows.has(key)) return arrows.get(key)
  const out = shape('path', { class: 'arrow', d: way(box(from), box(to)), 'data-from': from, 'data-to': to })
  at('picture').prepend(out)
  arrows.set(key, out)
  return out
}

function light (what) {
  what.classList.add('lit')
  clearTimeout(what.timer)
  what.timer = setTimeout(() => what.classList.remove('lit'), LIT_MS)
}

export function showPassing ({ from, to }) {
  light(from.kind === to.kind ? box(to.kind).group : arrow(from.kind, to.kind))
}

function row (kind) {
  if (rows.has(kind)) return rows.get(kind)
  const cells = [element('td'), element('td')]
  const out = { line: element('tr', {}, element('th', { scope: 'row' }, kind), ...cells), cells }
  at('numbers').append(out.line)
  rows.set(kind, out)
  return out
}

function showCount (kind, count, depth) {
  const { group } = box(kind)
  group.querySelector('.depth').textContent = count === 0 ? 'none' : `${count === 1 ? '' : `${count}, `}${depth} waiting`
  group.classList.toggle('waits', depth > 0)
  const { cells } = row(kind)
  for (const [i, number] of [count, depth].entries()) cells[i].textContent = number
}

export function showCounts (actors) {
  const living = new Map(actors.map((one) => [one.kind, one]))
  living.delete('outside')
  for (const { kind, count, depth } of living.values()) showCount(kind, count, depth)
  for (const kind of boxes.keys()) {
    if (!living.has(kind) && !NO_ACTORS.includes(kind)) showCount(kind, 0, 0)
  }
}
