// The live picture of the actors, the list of their messages, and one message
// with what caused it and what it caused.
import { at, element, shape } from './dom.js'

const KEPT = 5000
const LISTED = 200
const LIT_MS = 300
const WIDTH = 120
const HEIGHT = 46
const TREE_MAX = 200

// As in the picture of the architecture.
const PLACES = {
  network: [80, 120], outside: [760, 405],
  discovery: [250, 35], greeter: [250, 115], peer: [250, 205],
  swarm: [420, 35], caller: [420, 115], dispatcher: [420, 205], replica: [420, 325],
  supervisor: [590, 35], repl: [590, 115], log_writer: [590, 205], index: [590, 325],
  gateway: [760, 35], disk: [760, 135], feed: [760, 232], session: [760, 325]
}

const records = new Map() // by number; the oldest is the first
const effects = new Map() // number -> what it caused
const boxes = new Map()
const lines = new Map()
let strangers = 0
let missed = 0
let paused = false
let chosen

const name = ({ kind, id }) => id === 0 ? kind : `${kind}#${id}`
const factsOf = ({ facts }) => Object.entries(facts).map(([key, value]) => `${key}=${value}`).join(' ')

function box (kind) {
  if (boxes.has(kind)) return boxes.get(kind)
  const [x, y] = PLACES[kind] ?? [80 + 170 * (strangers % 4), 405 + 80 * Math.floor(strangers++ / 4)]
  if (y > 405) at('picture').setAttribute('viewBox', `0 0 840 ${y + 40}`)
  const group = shape('g', {})
  group.append(
    shape('rect', { x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 8 }),
    shape('text', { x, y: y - 3, class: 'kind' }, kind),
    shape('text', { x, y: y + 14, class: 'depth' }))
  at('picture').append(group)
  const out = { group, x, y }
  boxes.set(kind, out)
  return out
}

// Between the edges of two boxes.
function line (from, to) {
  const key = [from, to].sort().join(' ')
  if (lines.has(key)) return lines.get(key)
  const a = box(from)
  const b = box(to)
  const edge = (one, other) => {
    const dx = other.x - one.x
    const dy = other.y - one.y
    const t = Math.min(Math.abs(WIDTH / 2 / (dx || 1e-9)), Math.abs(HEIGHT / 2 / (dy || 1e-9)))
    return [one.x + dx * t, one.y + dy * t]
  }
  const [x1, y1] = edge(a, b)
  const [x2, y2] = edge(b, a)
  const out = shape('line', { x1, y1, x2, y2 })
  at('picture').prepend(out)
  lines.set(key, out)
  return out
}

function light (what, mark) {
  what.classList.add(mark)
  clearTimeout(what.timer)
  what.timer = setTimeout(() => what.classList.remove(mark), LIT_MS)
}

function showCounts (actors) {
  const living = new Set(actors.map(({ kind }) => kind))
  for (const { kind, count, depth } of actors) {
    if (kind === 'outside') continue
    const { group } = box(kind)
    group.querySelector('.depth').textContent = `${count === 1 ? '' : `${count}, `}${depth} waiting`
    group.classList.toggle('waits', depth > 0)
  }
  for (const [kind, { group }] of boxes) {
    if (!living.has(kind) && kind in PLACES && !['network', 'outside', 'disk'].includes(kind)) {
      group.querySelector('.depth').textContent = 'none'
    }
  }
}

function keep (one) {
  records.set(one.number, one)
  if (one.cause) {
    if (!effects.has(one.cause)) effects.set(one.cause, [])
    effects.get(one.cause).push(one.number)
  }
  if (records.size <= KEPT) return
  const oldest = records.keys().next().value
  records.delete(oldest)
  effects.delete(oldest)
}

function passes (one) {
  const wanted = at('filter').value.trim().toLowerCase()
  if (wanted === '') return true
  const text = `${one.type} ${name(one.from)} ${name(one.to)} ${factsOf(one)}`.toLowerCase()
  return wanted.split(/\s+/).every((word) => text.includes(word))
}

function item (one) {
  return element('li', {}, element('button', {
    type: 'button', class: 'message', 'data-number': one.number, onclick: () => choose(one.number)
  },
  element('span', { class: 'time' }, `${(one.at_us / 1e6).toFixed(4)} s`),
  element('span', { class: 'what' }, `${name(one.from)} → ${name(one.to)} `,
    element('span', { class: 'type' }, one.type), ` ${factsOf(one)}`)))
}

function listAll () {
  const newest = [...records.values()].filter(passes).slice(-LISTED).reverse()
  at('messages').replaceChildren(...newest.map(item))
  showNumber()
}

function showNumber () {
  at('counts').textContent = `${records.size} kept${missed ? `, ${missed} too fast to show` : ''}`
}

export function addTrace (batch) {
  missed += batch.missed
  for (const one of batch.messages) {
    keep(one)
    if (one.from.kind === one.to.kind) light(box(one.to.kind).group, 'busy')
    else light(line(one.from.kind, one.to.kind), 'lit')
  }
  if (batch.actors) showCounts(batch.actors)
  if (paused) return showNumber()
  const list = at('messages')
  list.prepend(...batch.messages.filter(passes).slice(-LISTED).reverse().map(item))
  while (list.children.length > LISTED) list.lastChild.remove()
  showNumber()
}

function pause (on) {
  paused = on
  at('pause').setAttribute('aria-pressed', String(on))
  at('pause').textContent = on ? 'Go on' : 'Pause'
  if (!on) listAll()
}

function causesOf (one) {
  const out = []
  for (let at = one; at && out.length < TREE_MAX; at = records.get(at.cause)) out.push(at)
  return out.reverse()
}

function effectsOf (number, left) {
  const list = element('ul', {})
  for (const next of effects.get(number) ?? []) {
    const one = records.get(next)
    if (!one || left.count-- <= 0) continue
    const entry = item(one)
    if (effects.has(next)) entry.append(effectsOf(next, left))
    list.append(entry)
  }
  return list
}

// The list stands still, or what was chosen would be gone.
function choose (number) {
  const one = records.get(number)
  if (!one) return
  pause(true)
  chosen = number
  at('story-hint').hidden = true
  at('story-title').textContent = `${one.type}, #${one.number}`
  const causes = element('ul', { 'aria-label': 'What caused it' }, ...causesOf(one).map(item))
  const caused = effectsOf(number, { count: TREE_MAX })
  caused.setAttribute('aria-label', 'What it caused')
  const facts = element('dl', {}, ...Object.entries({
    waited: `${one.waited_us} µs`, took: `${one.took_us} µs`, 'mailbox depth': one.depth, ...one.facts
  }).flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, String(value))]))
  const parts = [facts]
  const question = records.get(one.question)
  if (question) parts.push(element('h3', {}, 'Answers'), element('ul', { 'aria-label': 'The question' }, item(question)))
  parts.push(element('h3', {}, 'What caused it, and it'), causes, element('h3', {}, 'What it caused'))
  parts.push(caused.children.length > 0 ? caused : element('p', { class: 'quiet' }, 'Nothing.'))
  at('story-body').replaceChildren(...parts)
  for (const button of document.querySelectorAll('.message')) {
    button.setAttribute('aria-current', String(Number(button.dataset.number) === chosen))
  }
  at('story-title').focus()
}

export function startActors () {
  at('filter').addEventListener('input', listAll)
  at('filter-form').addEventListener('submit', (event) => event.preventDefault())
  at('pause').addEventListener('click', () => pause(!paused))
}
