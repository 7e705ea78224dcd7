// Changing rows. Sources: https://supabase.com/docs/reference/javascript, "Insert data", "Update data", "Upsert data",
// "Delete data"; https://docs.postgrest.org/en/stable, "Tables and views" and "Errors".
import { randomUUID } from 'node:crypto'

import { check, equal, must, newClient, newPerson, refused } from './harness.mjs'

const names = async (client) => must(await client.from('projects').select('name').order('name')).data.map((row) => row.name)
const insert = async (client, ...named) =>
  must(await client.from('projects').insert(named.map((name) => ({ name }))).select()).data

check('insert alone says only that it was done', async () => {
  const { client } = await newPerson()
  const done = must(await client.from('projects').insert({ name: 'quiet' }))
  equal([done.status, done.data], [201, null])
  equal(await names(client), ['quiet'])
})

check('insert with select gives the row', async () => {
  const { client, user } = await newPerson()
  const { data } = must(await client.from('projects').insert({ name: 'one' }).select('name, user_id').single())
  equal(data, { name: 'one', user_id: user.id })
})

check('insert of many gives many', async () => {
  const { client } = await newPerson()
  const rows = [{ name: 'a', description: 'x' }, { name: 'b' }]
  const { data } = must(await client.from('projects').insert(rows).select('name, description'))
  equal(data, [{ name: 'a', description: 'x' }, { name: 'b', description: null }])
})

check('insert with defaults for what is missing', async () => {
  const { client, user } = await newPerson()
  const rows = [{ name: 'a', id: randomUUID() }, { name: 'b' }]
  const made = must(await client.from('projects').insert(rows, { defaultToNull: false }).select('name, user_id'))
  equal(made.data, [{ name: 'a', user_id: user.id }, { name: 'b', user_id: user.id }])
})

check('JSON keeps its form', async () => {
  const { client } = await newPerson()
  const analysis = { deep: [1, { x: null }], text: 'ж"\\' }
  const { data } = must(await client.from('code_snippets').insert({ title: 't', analysis }).select('analysis').single())
  equal(data, { analysis })
})

check('upsert merges what is there and makes what is not', async () => {
  const { client } = await newPerson()
  const [first] = await insert(client, 'old')
  const rows = [{ id: first.id, name: 'new' }, { id: randomUUID(), name: 'second' }]
  must(await client.from('projects').upsert(rows).select())
  equal(await names(client), ['new', 'second'])
})

check('upsert may leave what is there', async () => {
  const { client } = await newPerson()
  const [first] = await insert(client, 'old')
  const row = { id: first.id, name: 'new' }
  const { data } = must(await client.from('projects').upsert(row, { ignoreDuplicates: true }).select())
  equal([data, await names(client)], [[], ['old']])
})

check('upsert by named columns', async () => {
  const { client } = await newPerson()
  const [first] = await insert(client, 'old')
  must(await client.from('projects').upsert({ id: first.id, name: 'new' }, { onConflict: 'id' }))
  equal(await names(client), ['new'])
  refused(await client.from('projects').upsert({ name: 'x' }, { onConflict: 'name' }), '42P10', 400)
})

check('update changes what fits', async () => {
  const { client } = await newPerson()
  await insert(client, 'a', 'b')
  const quiet = must(await client.from('projects').update({ description: 'd' }).eq('name', 'a'))
  equal([quiet.status, quiet.data], [204, null])
  const { data } = must(await client.from('projects').update({ description: 'e' }).eq('name', 'b').select('name'))
  equal(data, [{ name: 'b' }])
})

check('update counts what it changed', async () => {
  const { client } = await newPerson()
  await insert(client, 'a', 'b')
  const done = must(await client.from('projects').update({ description: 'd' }, { count: 'exact' }).neq('name', 'x'))
  equal(done.count, 2)
})

check('delete removes what fits', async () => {
  const { client } = await newPerson()
  await insert(client, 'a', 'b')
  const { data } = must(await client.from('projects').delete().eq('name', 'a').select('name'))
  equal([data, await names(client)], [[{ name: 'a' }], ['b']])
  equal(must(await client.from('projects').delete().eq('name', 'b')).status, 204)
})

check('wrong changes are named and store nothing', async () => {
  const { client } = await newPerson()
  const projects = client.from('projects')
  refused(await client.from('no_such_table').insert({ name: 'x' }), 'PGRST205', 404)
  refused(await projects.insert({ name: 'x', no_such_column: 1 }), 'PGRST204', 400)
  refused(await projects.update({ no_such_column: 1 }).eq('name', 'x'), 'PGRST204', 400)
  refused(await projects.insert({ name: 'x', id: 'no uuid' }), '22P02', 400)
  refused(await projects.insert({ description: 'no name' }), '23502', 400)
  refused(await client.from('code_snippets').insert({ title: 'x', project_id: randomUUID() }), '23503', 409)
  refused(await client.rpc('nexy_protect'), 'PGRST202', 404)
  equal(await names(client), [])
})

check('a key that is there is refused with 23505', async () => {
  const { client } = await newPerson()
  const [first] = await insert(client, 'one')
  refused(await client.from('projects').insert({ id: first.id, name: 'two' }), '23505', 409)
})

check('rows of others are not there', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  const [mine] = await insert(one.client, 'mine')
  const projects = () => other.client.from('projects')
  equal(must(await projects().select('*')).data, [])
  equal(must(await projects().select('*').or(`id.eq.${mine.id},name.neq.x`)).data, [])
  equal(must(await projects().update({ name: 'theirs' }).eq('id', mine.id).select()).data, [])
  equal(must(await projects().delete().eq('id', mine.id).select()).data, [])
  refused(await projects().upsert({ id: mine.id, name: 'theirs' }), '42501', 403)
  equal(await names(one.client), ['mine'])
})

check('a row cannot be given away', async () => {
  const [one, other] = [await newPerson(), await newPerson()]
  await insert(one.client, 'mine')
  refused(await one.client.from('projects').insert({ name: 'gift', user_id: other.user.id }), '42501', 403)
  refused(await one.client.from('projects').update({ user_id: other.user.id }).eq('name', 'mine'), '42501', 403)
})

check('the anon key opens nothing', async () => {
  const one = await newPerson()
  await insert(one.client, 'mine')
  const nobody = newClient()
  equal(must(await nobody.from('projects').select('*')).data, [])
  refused(await nobody.from('projects').insert({ name: 'x' }), '42501')
})

check('a forged key is refused with PGRST301', async () => {
  refused(await newClient({ key: 'forged.forged.forged' }).from('projects').select('*'), 'PGRST301', 401)
})

check('storage and functions are not offered', async () => {
  const { client } = await newPerson()
  const listed = await client.storage.from('bucket').list()
  equal(String(listed.error.statusCode ?? listed.error.status), '404')
  const called = await client.functions.invoke('hello')
  equal([called.error.name, called.error.context.status], ['FunctionsHttpError', 404])
})

check('realtime is not offered', async () => {
  const { client } = await newPerson()
  const state = await new Promise((told) => {
    client.channel('room').subscribe((status) => {
      if (status !== 'SUBSCRIBED') told(status)
    }, 2000)
  })
  await client.removeAllChannels()
  client.realtime.disconnect()
  equal(['CHANNEL_ERROR', 'TIMED_OUT'].includes(state), true, state)
})
