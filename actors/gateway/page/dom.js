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

// What a list of terms holds: a term and what is said of it, each.
export const terms = (facts) => Object.entries(facts).flatMap(([term, what]) =>
  [element('dt', {}, term), element('dd', {}, what)])

// Makes the list's children those of the things, in their order. Whatever has the
// same key stays as it is, with its focus.
export function fill (list, things, keyOf, make) {
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
}

const SVG = 'http://www.w3.org/2000/svg'

export function shape (tag, attributes, text) {
  const out = document.createElementNS(SVG, tag)
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value)
  if (text !== undefined) out.textContent = text
  return out
}
