// The actors at work: their picture, the list of their messages, and one message
// with what caused it and what it caused.
import { at, element, say, standsStill, terms } from './dom.js'
import { showCounts, showPassing } from './picture.js'
import { Records } from './records.js'

const KEPT = 5000
const LISTED = 200
const TREE_MAX = 200

const records = new Records(KEPT)
let missed = 0
let paused = false
let listed = Infinity // while paused: messages up to this one, in the order in which they came
let came = 0
let chosen // the message whose story is told
let told = new Set() // the ids in that story
let isHeld // whether the list has to stand still
let isRead // whether the story has
let untold = false // something has come to the story meanwhile

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
    type: 'button',
    class: 'message',
    'data-id': one.id,
    'aria-current': one.id === chosen?.id ? 'true' : undefined,
    onclick: () => choose(one)
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
  list(records.newest((one) => one.order <= listed && passes(one), LISTED))
  showNumber()
}

function showNumber () {
  say('counts', `${records.size} kept${missed ? `, ${missed} too fast to show` : ''}`)
  // Below the list, which would move with it.
  at('messages-held').hidden = paused || !isHeld()
}

export function addTrace (batch) {
  const added = batch.messages.map((one) => records.add({ ...one, order: ++came })).filter(Boolean)
  missed += batch.missed + batch.messages.length - added.length
  batch.messages.forEach(showPassing)
  if (batch.actors) showCounts(batch.actors)
  if (!paused && !isHeld()) list(added.filter(passes).slice(-LISTED))
  if (added.some(({ causeId }) => told.has(causeId))) tellOn()
  showNumber()
}

// Whoever answers next may count from 1 again.
export function endTrace () {
  records.startRun()
}

function pause (on) {
  paused = on
  listed = on ? came : Infinity
  records.hold(on)
  at('pause').setAttribute('aria-pressed', String(on))
  at('pause').textContent = on ? 'Go on' : 'Pause'
  if (!on) listAll()
  showNumber()
}

function effectsTree (one, left) {
  const list = element('ul')
  for (const effect of records.effectsOf(one)) {
    if (left.count-- <= 0) break
    told.add(effect.id)
    const entry = item(effect)
    const below = effectsTree(effect, left)
    if (below.children.length > 0) entry.append(below)
    list.append(entry)
  }
  return list
}

const quiet = (text) => element('p', { class: 'quiet' }, text)

function tell (one) {
  untold = false
  told = new Set([one.id])
  const known = records.get(one.id) !== undefined
  const first = records.causesOf(one, TREE_MAX)
  const causes = element('ul', { 'aria-label': 'What caused it' }, ...first.map(item))
  const caused = effectsTree(one, { count: TREE_MAX })
  caused.setAttribute('aria-label', 'What it caused')
  const parts = [element('dl', {}, ...terms({
    waited: `${one.waited_us} µs`, took: `${one.took_us} µs`, 'mailbox depth': one.depth, ...one.facts
  }))]
  const question = records.get(one.questionId)
  if (question) parts.push(element('h3', {}, 'Answers'), element('ul', { 'aria-label': 'The question' }, item(question)))
  parts.push(element('h3', {}, 'What caused it, and it'))
  if (first[0].causeId) parts.push(quiet('What was before is not known any more.'))
  parts.push(causes, element('h3', {}, 'What it caused'))
  if (caused.children.length > 0) parts.push(caused)
  else parts.push(quiet(known ? 'Nothing.' : 'Not known any more.'))
  at('story-body').replaceChildren(...parts)
}

// Something belongs to the story that has come only now.
function tellOn () {
  const selection = getSelection()
  const selected = !selection.isCollapsed && at('story-body').contains(selection.anchorNode)
  untold = isRead() || selected
  if (!untold) tell(chosen)
}

// The list stands still, or what was chosen would be gone.
function choose (one) {
  if (!paused) pause(true)
  chosen = one
  at('story-hint').hidden = true
  at('story-title').textContent = `${one.type}, #${one.number}`
  tell(one)
  for (const button of document.querySelectorAll('.message')) {
    button.setAttribute('aria-current', String(button.dataset.id === one.id))
  }
  at('story-title').focus()
}

export function startActors () {
  isHeld = standsStill(at('messages'), () => { if (!paused) listAll() })
  isRead = standsStill(at('story-body'), () => { if (untold) tellOn() })
  at('filter').addEventListener('input', listAll)
  at('filter-form').addEventListener('submit', (event) => event.preventDefault())
  at('pause').addEventListener('click', () => pause(!paused))
}
