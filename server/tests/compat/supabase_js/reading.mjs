// Reading rows. Sources: https://supabase.com/docs/reference/javascript, "Fetch data" and "Using filters";
// https://docs.postgrest.org/en/stable, "Tables and views", "Pagination", "Errors".
import { check, equal, must, newPerson, refused } from './harness.mjs'

const SNIPPETS = [
  { title: 'alpha', language: 'python', code: 'a, b' },
  { title: 'beta', language: 'python', code: null },
  { title: 'delta', language: 'go', code: 'x%y' },
  { title: 'gamma', language: 'rust', code: 'say "hi"' },
]

let shelf
async function fillShelf() {
  if (shelf) return
  shelf = (await newPerson()).client
  must(await shelf.from('code_snippets').insert(SNIPPETS))
}

// A query is itself a promise, so it is handed on inside a function.
async function pick(filter, columns = 'title') {
  await fillShelf()
  const query = shelf.from('code_snippets').select(columns)
  return must(await filter(query).order('title')).data
}

check('select chooses and renames columns', async () => {
  const shown = await pick((query) => query.eq('title', 'alpha'), 'title, tongue:language')
  equal(shown, [{ title: 'alpha', tongue: 'python' }])
})

const FILTERS = {
  eq: [(q) => q.eq('language', 'python'), ['alpha', 'beta']],
  'eq with a comma': [(q) => q.eq('code', 'a, b'), ['alpha']],
  'eq with quotes': [(q) => q.eq('code', 'say "hi"'), ['gamma']],
  'eq with SQL in it': [(q) => q.eq('title', "' OR 1=1 --"), []],
  neq: [(q) => q.neq('language', 'python'), ['delta', 'gamma']],
  gt: [(q) => q.gt('title', 'beta'), ['delta', 'gamma']],
  gte: [(q) => q.gte('title', 'beta'), ['beta', 'delta', 'gamma']],
  lt: [(q) => q.lt('title', 'beta'), ['alpha']],
  lte: [(q) => q.lte('title', 'beta'), ['alpha', 'beta']],
  like: [(q) => q.like('title', '%LPHA'), []],
  ilike: [(q) => q.ilike('title', '%LPHA'), ['alpha']],
  'is null': [(q) => q.is('code', null), ['beta']],
  in: [(q) => q.in('title', ['alpha', 'gamma', 'none']), ['alpha', 'gamma']],
  'in with commas and quotes': [(q) => q.in('code', ['a, b', 'say "hi"']), ['alpha', 'gamma']],
  'not eq': [(q) => q.not('language', 'eq', 'python'), ['delta', 'gamma']],
  'not is null': [(q) => q.not('code', 'is', null), ['alpha', 'delta', 'gamma']],
  'not in': [(q) => q.not('title', 'in', '(alpha,beta)'), ['delta', 'gamma']],
  or: [(q) => q.or('title.eq.alpha,language.eq.go'), ['alpha', 'delta']],
  'or with and in it': [(q) => q.or('title.eq.alpha,and(language.eq.python,code.is.null)'), ['alpha', 'beta']],
  'or with not and in': [(q) => q.or('code.eq."a, b",title.not.in.(alpha,beta,delta)'), ['alpha', 'gamma']],
  filter: [(q) => q.filter('title', 'in', '("alpha","delta")'), ['alpha', 'delta']],
  match: [(q) => q.match({ title: 'beta', language: 'python' }), ['beta']],
  'two filters': [(q) => q.eq('language', 'python').neq('title', 'beta'), ['alpha']],
}

for (const [name, [filter, expected]] of Object.entries(FILTERS)) {
  check(`filter: ${name}`, async () => {
    equal((await pick(filter)).map((row) => row.title), expected)
  })
}

check('order, and where nulls stand', async () => {
  await fillShelf()
  const table = () => shelf.from('code_snippets').select('title')
  const down = must(await table().order('title', { ascending: false })).data
  equal(down.map((row) => row.title), ['gamma', 'delta', 'beta', 'alpha'])
  equal(must(await table().order('code', { nullsFirst: true })).data[0].title, 'beta')
  const second = must(await table().order('language').order('title', { ascending: false })).data
  equal(second.map((row) => row.title), ['delta', 'beta', 'alpha', 'gamma'])
})

check('limit and range cut the same order', async () => {
  equal((await pick((q) => q.limit(2))).map((row) => row.title), ['alpha', 'beta'])
  equal((await pick((q) => q.range(1, 2))).map((row) => row.title), ['beta', 'delta'])
  equal(await pick((q) => q.range(9, 10)), [])
})

check('count exact tells what is beyond the page', async () => {
  await fillShelf()
  const page = must(await shelf.from('code_snippets').select('title', { count: 'exact' }).limit(1))
  equal([page.data.length, page.count, page.status], [1, 4, 206])
  const whole = must(await shelf.from('code_snippets').select('title', { count: 'exact' }))
  equal([whole.count, whole.status], [4, 200])
})

check('head brings the count alone', async () => {
  await fillShelf()
  const head = must(await shelf.from('code_snippets').select('*', { count: 'exact', head: true }))
  equal([head.data, head.count], [null, 4])
})

check('single gives the row itself', async () => {
  await fillShelf()
  const found = must(await shelf.from('code_snippets').select('title').eq('title', 'beta').single())
  equal(found.data, { title: 'beta' })
})

check('single refuses none and several with PGRST116', async () => {
  await fillShelf()
  const table = () => shelf.from('code_snippets').select('title')
  refused(await table().eq('title', 'none').single(), 'PGRST116', 406)
  refused(await table().eq('language', 'python').single(), 'PGRST116', 406)
})

check('maybeSingle gives the row, null, or PGRST116', async () => {
  await fillShelf()
  const table = () => shelf.from('code_snippets').select('title')
  equal(must(await table().eq('title', 'beta').maybeSingle()).data, { title: 'beta' })
  equal(must(await table().eq('title', 'none').maybeSingle()).data, null)
  refused(await table().eq('language', 'python').maybeSingle(), 'PGRST116', 406)
})

check('wrong questions are named', async () => {
  const { client } = await newPerson()
  const projects = () => client.from('projects').select('*')
  refused(await client.from('no_such_table').select('*'), 'PGRST205', 404)
  refused(await client.from('auth_identities').select('*'), 'PGRST205', 404)
  refused(await client.from('projects').select('no_such_column'), '42703', 400)
  refused(await projects().eq('no_such_column', 1), '42703', 400)
  refused(await projects().order('no_such_column'), '42703', 400)
  refused(await projects().eq('id', 'no uuid'), '22P02', 400)
  refused(await projects().filter('id', 'nonsense', '1'), 'PGRST100', 400)
  refused(await projects().or('id.eq'), 'PGRST100', 400)
})

check('csv is not offered', async () => {
  const { client } = await newPerson()
  refused(await client.from('projects').select('*').csv(), 'PGRST107', 406)
})
