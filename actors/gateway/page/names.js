// Search, one name, latest changes, the state of the copy.
import { get, nameUrl, NotFound } from './connection.js'
import { at, element } from './dom.js'

const TYPING_MS = 80
const RESULTS = 20
const LATEST = 50
const HISTORY = 200

let asked = 0 // only the last question is answered
let typing
let shown // the name whose history is open

const short = (key) => `${key.slice(0, 8)}…`
const open = (name) => element('button', { type: 'button', class: 'name', onclick: () => showName(name) }, name)

function changeItem ({ length, action, name, key }, withName) {
  const rest = withName ? open(name) : element('span', { class: 'key' }, key ?? '')
  return element('li', {},
    element('span', { class: 'length' }, length), element('span', { class: action }, action), rest)
}

function nameItem ({ name, key }) {
  return element('li', {}, element('button', { type: 'button', onclick: () => showName(name) },
    element('span', { class: 'name' }, name), element('span', { class: 'key' }, key ? short(key) : '')))
}

export async function search () {
  const query = at('query').value
  const turn = ++asked
  if (query === '') {
    at('found').textContent = ''
    at('results').replaceChildren()
    return
  }
  try {
    const { names, more } = await get(`/v1/names?prefix=${encodeURIComponent(query)}&limit=${RESULTS}`)
    if (turn !== asked) return
    at('found').textContent = names.length === 0
      ? 'Nobody has a name that begins so.'
      : `${names.length}${more ? ' or more' : ''} ${names.length === 1 ? 'name' : 'names'}`
    at('results').replaceChildren(...names.map(nameItem))
  } catch (error) {
    if (turn === asked) at('found').textContent = `Not answered: ${error.message}`
  }
}

export async function showName (name, { focus = true } = {}) {
  shown = name
  const facts = []
  const add = (term, ...what) => facts.push(element('dt', {}, term), element('dd', {}, ...what))
  let changes = []
  let others = []
  try {
    changes = (await get(`${nameUrl(name)}/history?limit=${HISTORY}`)).changes
    if (changes.at(-1).action === 'register') {
      const found = await get(nameUrl(name))
      add('key', element('code', {}, found.key))
      add('since', `length ${found.since}`)
      others = (await get(`/v1/keys/${found.key}`)).names.filter((one) => one.name !== name)
    } else {
      add('key', 'nobody has it now')
    }
  } catch (error) {
    if (!(error instanceof NotFound)) return
    add('key', 'nobody has it now')
  }
  if (shown !== name) return
  at('one-title').textContent = name
  at('one-facts').replaceChildren(...facts)
  at('history').replaceChildren(...changes.map((one) => changeItem(one, false)))
  at('same-key').hidden = others.length === 0
  at('same-key-names').replaceChildren(...others.map(nameItem))
  at('one').hidden = false
  if (focus) at('one-title').focus()
}

export function addChange (change) {
  const list = at('latest')
  list.prepend(changeItem(change, true))
  while (list.children.length > LATEST) list.lastChild.remove()
  at('no-changes').hidden = true
  if (change.name === shown) showName(shown, { focus: false })
  if (at('query').value !== '' && change.name.startsWith(at('query').value)) search()
}

function age (ms) {
  const seconds = Math.round(ms / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

export async function showStatus () {
  const now = await get('/v1/status')
  const rows = {
    names: now.names,
    length: now.length,
    state: now.problem || (now.current ? 'current' : `last compared ${age(now.age_ms)} ago`),
    'peers claim': now.claimed,
    peers: now.peers,
    bytes: now.bytes,
    log: element('code', {}, now.log)
  }
  at('status').replaceChildren(...Object.entries(rows).flatMap(([term, value]) =>
    [element('dt', {}, term), element('dd', {}, value)]))
  return now
}

export function startNames () {
  at('query').addEventListener('input', () => {
    clearTimeout(typing)
    typing = setTimeout(search, TYPING_MS)
  })
  at('search').addEventListener('submit', (event) => {
    event.preventDefault()
    const first = at('results').querySelector('button')
    if (first) first.click()
  })
}
