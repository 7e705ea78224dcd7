// Accounts and rows with Supabase's own package: `node supabase_client.mjs [ADDRESS]`.
//
// The address is the first argument, else SUPABASE_URL, else http://127.0.0.1:54321; the key is SUPABASE_ANON_KEY, as
// `nexy keys anon` prints it. Needs `npm install @supabase/supabase-js`.
import { randomUUID } from 'node:crypto'

import { createClient } from '@supabase/supabase-js'

const address = process.argv[2] ?? process.env.SUPABASE_URL ?? 'http://127.0.0.1:54321'
const key = process.env.SUPABASE_ANON_KEY
if (!key) {
  console.error('SUPABASE_ANON_KEY is not set: put what `nexy keys anon` prints into it.')
  process.exit(1)
}
// The package wants a WebSocket, which Node has since version 22; nothing here opens one.
const options = { auth: { autoRefreshToken: false }, realtime: { transport: globalThis.WebSocket ?? Object } }

/** The data of an answer; an error of the server ends the script. */
const taken = ({ data, error }) => {
  if (error) throw error
  return data
}

/** A client of its own, with a new person signed in. */
async function newPerson(name) {
  const client = createClient(address, key, options)
  const email = `${name}-${randomUUID().slice(0, 8)}@example.com`
  taken(await client.auth.signUp({ email, password: 'a long password', options: { data: { name } } }))
  return client
}

const [ann, bob] = [await newPerson('ann'), await newPerson('bob')]
console.log('signed in:', taken(await ann.auth.getUser()).user.email)
console.log('the token says:', taken(await ann.auth.getClaims()).claims.role)

const project = taken(await ann.from('projects').insert({ name: 'lighthouse' }).select().single())
taken(
  await ann.from('code_snippets').insert([
    { project_id: project.id, title: 'lamp', language: 'python', code: "print('light')" },
    { project_id: project.id, title: 'horn', language: 'go', code: 'println("sound")' },
  ]),
)

const page = await ann.from('code_snippets').select('title, language', { count: 'exact' }).order('title').limit(1)
console.log(`first of ${page.count} snippets:`, taken(page)[0])
console.log('in Python:', taken(await ann.from('code_snippets').select('title').eq('language', 'python').single()))

console.log('bob sees:', taken(await bob.from('projects').select()))
const refused = await bob.from('code_snippets').insert({ project_id: project.id, title: 'mine now' })
console.log('bob is refused:', refused.error.code)

taken(await ann.from('code_snippets').delete().eq('title', 'horn'))
console.log('left:', taken(await ann.from('code_snippets').select('title')).map((row) => row.title))
for (const client of [ann, bob]) await client.auth.signOut()
