// The actors at work: their picture, the list of their messages, and one message
// with what caused it and what it caused.
import { at, element, terms } from './dom.js'
import { showCounts, showPassing } from './picture.js'
import { Records } from './records.js'

const KEPT = 5000
const LISTED = 200
const TREE_MAX = 200

const records = new Records(KEPT)
let missed = 0
let paused = false
let chosen

const name = ({ kind, id }) => id === 0 ? kind : `${kind}#${id}`
const factsOf = ({ facts }) => Object.entries(facts).map(([key, value]) => `${key}=${value}`).join(' ')

function passes (one) {
  const wanted = at('filter').value.trim().toLowerCase()
  if (wanted === '') return true
  const text = `${one.type} ${name(one.from)} ${name(one.to)} ${factsOf(one)}`.toLowerCase()
  return wanted.split(/\s+/).every((word) => text.includes(word))
}

function item (one) {
  return element('li', { 'data-run': one.run }, element('button', {
    type: 'button', class: 'message', 'data-id': one.id, onclick: () => choose(one)
  },
  element('span', { class: 'time' }, `${(one.at_us / 1e6).toFixed(4)} s`),
  element('span', { class: 'what' }, `${name(one.from)} → ${name(one.to)} `,
    element('span', { class: 'type' }, one.type), ` ${factsOf(one)}`)))
}

// Puts them on top, each above the one before; between two runs it says so.
function list (messages) {
  const rows = at('messages')
  for (const one of messages) {
    const before = rows.firstChild?.dataset.run
    if (before && before !== String(one.run)) {
      rows.prepend(element('li', { class: 'quiet', 'data-run': one.run }, 'Before this, the connection was lost.'))
    }
    rows.prepend(item(one))
  }
  while (rows.children.length > LISTED) rows.lastChild.remove()
}

function listAll () {
  at('messages').replaceChildren()
  list(records.newest(passes, LISTED))
  showNumber()
}

function showNumber () {
  at('counts').textContent = `${records.size} kept${missed ? `, ${missed} too fast to show` : ''}`
}

export function addTrace (batch) {
  missed += batch.missed
  const added = batch.messages.map((one) => records.add(one))
  added.forEach(showPassing)
  if (batch.actors) showCounts(batch.actors)
  if (!paused) list(added.filter(passes).slice(-LISTED))
  showNumber()
}

// Whoever answers next may count from 1 again.
export function endTrace () {
  records.startRun()
}

function pause (on) {
  paused = on
  at('pause').setAttribute('aria-pressed', String(on))
  at('pause').textContent = on ? 'Go on' : 'Pause'
  if (!on) listAll()
}

function effectsTree (one, left) {
  const list = element('ul')
  for (const effect of records.effectsOf(one)) {
    if (left.count-- <= 0) break
    const entry = item(effect)
    const below = effectsTree(effect, left)
    if (below.children.length > 0) entry.append(below)
    list.append(entry)
  }
  return list
}

// The list stands still, or what was chosen would be gone.
function choose (one) {
  pause(true)
  chosen = one.id
  at('story-hint').hidden = true
  at('story-title').textContent = `${one.type}, #${one.number}`
  const causes = element('ul', { 'aria-label': 'What caused it' }, ...records.causesOf(one, TREE_MAX).map(item))
  const caused = effectsTree(one, { count: TREE_MAX })
  caused.setAttribute('aria-label', 'What it caused')
  const facts = element('dl', {}, ...terms({
    waited: `${one.waited_us} µs`, took: `${one.took_us} µs`, 'mailbox depth': one.depth, ...one.facts
  }))
  const parts = [facts]
  const question = records.get(one.questionId)
  if (question) parts.push(element('h3', {}, 'Answers'), element('ul', { 'aria-label': 'The question' }, item(question)))
  parts.push(element('h3', {}, 'What caused it, and it'), causes, element('h3', {}, 'What it caused'))
  parts.push(caused.children.length > 0 ? caused : element('p', { class: 'quiet' }, 'Nothing.'))
  at('story-body').replaceChildren(...parts)
  for (const button of document.querySelectorAll('.message')) {
    button.setAttribute('aria-current', String(button.dataset.id === chosen))
  }
  at('story-title').focus()
}

export function startActors () {
  at('filter').addEventListener('input', listAll)
  at('filter-form').addEventListener('submit', (event) => event.preventDefault())
  at('pause').addEventListener('click', () => pause(!paused))
}
