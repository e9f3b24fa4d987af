// Elements with text in them: whatever comes from the network is text.
export const at = (id) => document.getElementById(id)

export function element (tag, props = {}, ...children) {
  const out = document.createElement(tag)
  for (const [key, value] of Object.entries(props)) {
    if (key === 'class') out.className = value
    else if (key.startsWith('on')) out.addEventListener(key.slice(2), value)
    else if (value !== undefined) out.setAttribute(key, value)
  }
  out.append(...children.map((child) => typeof child === 'number' ? String(child) : child))
  return out
}

// A screen reader says what is written to a status, even if it is the same again.
export function say (id, text) {
  if (at(id).textContent !== text) at(id).textContent = text
}

// Characters that are not seen, or change how others look; of blanks, those that
// are lost at an end or behind another one.
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|[^\S ]|^ | $|(?<= ) /gu

// A name for people, as parts of an element: what is not seen deceives nobody.
export function printable (name) {
  if (name === '') return [element('span', { class: 'unseen-character' }, '(empty)')]
  const out = []
  let end = 0
  for (const { 0: character, index } of name.matchAll(UNSEEN)) {
    out.push(name.slice(end, index), element('span', { class: 'unseen-character' }, `\\u{${character.codePointAt(0).toString(16)}}`))
    end = index + character.length
  }
  return [...out, name.slice(end)]
}

// What a list of terms holds: a term and what is said of it, each.
export const terms = (facts) => Object.entries(facts).flatMap(([term, what]) =>
  [element('dt', {}, term), element('dd', {}, what)])

// The same in a list that is there. What has not changed stays: it may be selected.
export function fillTerms (list, facts) {
  const wanted = terms(facts)
  for (const [i, one] of wanted.entries()) {
    const old = list.children[i]
    if (!old) list.append(one)
    else if (!old.isEqualNode(one)) old.replaceWith(one)
  }
  while (list.children.length > wanted.length) list.lastChild.remove()
}

// Makes the list's children those of the things, in their order. Whatever has the
// same key stays as it is, with its focus. From what goes, the focus goes to the
// next one, or to `otherwise`.
export function fill (list, things, keyOf, make, otherwise) {
  const focused = [...list.children].findIndex((child) => child.contains(document.activeElement))
  const there = new Map([...list.children].map((child) => [child.dataset.key, child]))
  const wanted = things.map((thing) => {
    const key = String(keyOf(thing))
    const child = there.get(key) ?? make(thing)
    there.delete(key)
    child.dataset.key = key
    return child
  })
  for (const child of there.values()) child.remove()
  for (const [i, child] of wanted.entries()) {
    if (list.children[i] !== child) list.insertBefore(child, list.children[i] ?? null)
  }
  if (focused < 0 || list.contains(document.activeElement)) return
  const next = list.children[Math.min(focused, list.children.length - 1)]
  const target = next?.querySelector('button') ?? next ?? otherwise
  target?.focus()
}

// Gives whether whoever is asked for something has not gone elsewhere since: its
// button may have gone itself.
export function stillThere () {
  const from = document.activeElement
  const typed = at('query').value
  return () => (document.activeElement === from || document.activeElement === document.body) && at('query').value === typed
}

// So long a finger that was lifted may still click.
const TAP_MS = 400

// A list that moves by itself has to stand still for whoever points at something
// in it, and for the focus, unless that is looked after. Gives whether it does now;
// calls `released` when it may move again.
export function standsStill (list, released, forFocus = true) {
  let pointed = false
  const held = () => pointed || (forFocus && list.contains(document.activeElement))
  const mayRelease = () => setTimeout(() => { if (!held()) released() })
  let timer
  list.addEventListener('pointerenter', () => {
    clearTimeout(timer)
    pointed = true
  })
  list.addEventListener('pointerleave', ({ pointerType }) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      pointed = false
      mayRelease()
    }, pointerType === 'mouse' ? 0 : TAP_MS)
  })
  list.addEventListener('focusout', mayRelease)
  return held
}

const SVG = 'http://www.w3.org/2000/svg'

export function shape (tag, attributes, text) {
  const out = document.createElementNS(SVG, tag)
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value)
  if (text !== undefined) out.textContent = text
  return out
}
