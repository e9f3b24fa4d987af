// Runs the cases one after the other and counts.

const timeoutMs = 30000
const cases = []

export function test (name, run) {
  cases.push({ name, run })
}

export function equal (got, want, what) {
  if (got !== want) throw new Error(`${what}: got ${got}, want ${want}`)
}

export function atLeast (got, least, what) {
  if (!(got >= least)) throw new Error(`${what}: got ${got}, want at least ${least}`)
}

async function inTime (run) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('not done in time')), timeoutMs)
  })
  try {
    return await Promise.race([run(), late])
  } finally {
    clearTimeout(timer)
  }
}

export async function runAll (words) {
  let passed = 0
  let failed = 0
  for (const { name, run } of cases) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue
    const start = Date.now()
    try {
      const note = await inTime(run)
      console.log(`ok ${name} (${Date.now() - start} ms)${note ? ': ' + note : ''}`)
      passed++
    } catch (error) {
      console.log(`FAILED ${name}: ${error.message}`)
      failed++
    }
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}
