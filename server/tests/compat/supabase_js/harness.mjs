// The published supabase-js, pointed at Nexy by address and key alone; each case is told in one line of JSON.
import { isDeepStrictEqual } from 'node:util'

import { createClient } from '@supabase/supabase-js'

export const PASSWORD = 'a long password'
const [url, anonKey] = process.argv.slice(2)
let numbers = 0

export const newEmail = () => `js${process.pid}-${(numbers += 1)}@example.com`

/** Where a client keeps its session, for another one to find. */
export class Storage {
  kept = new Map()
  getItem = (key) => this.kept.get(key) ?? null
  setItem = (key, value) => void this.kept.set(key, value)
  removeItem = (key) => void this.kept.delete(key)
}

/** A client that is signed out and leaves no timer behind. */
export function newClient({ storage = new Storage(), key = anonKey } = {}) {
  return createClient(url, key, { auth: { storage, autoRefreshToken: false, persistSession: true } })
}

/** A client that a new person has signed in with, and her session. */
export async function newPerson(options = {}) {
  const storage = options.storage ?? new Storage()
  const client = newClient({ storage })
  const email = newEmail()
  const { data } = must(await client.auth.signUp({ email, password: PASSWORD, options: { data: options.data } }))
  return { client, email, storage, session: data.session, user: data.user }
}

/** The answer, unless it is an error. */
export function must(answer) {
  if (answer.error) throw new Error(`refused: ${JSON.stringify(answer.error)} ${answer.error.message}`)
  return answer
}

/** The error of an answer, with the code and status that were expected. */
export function refused(answer, code, status) {
  if (!answer.error) throw new Error(`taken, but ${code} was expected: ${JSON.stringify(answer.data)}`)
  equal(answer.error.code, code, answer.error.message)
  if (status !== undefined) equal(answer.error.status ?? answer.status, status)
  return answer.error
}

/** Both are the same, whatever the order of their keys. */
export function equal(found, expected, more = '') {
  if (isDeepStrictEqual(found, expected)) return
  throw new Error(`${JSON.stringify(found)} instead of ${JSON.stringify(expected)} ${more}`)
}

/** One case: what it shows, and the steps; the steps of all run one after another. */
const cases = []
export const check = (name, steps) => void cases.push({ name, steps })

export async function run() {
  for (const { name, steps } of cases) {
    let detail = ''
    try {
      await steps()
    } catch (failure) {
      detail = String(failure.message ?? failure)
    }
    process.stdout.write(`${JSON.stringify({ name, ok: detail === '', detail })}\n`)
  }
}
