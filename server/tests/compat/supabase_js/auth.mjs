// Signing up, in and out. Source: https://supabase.com/docs/reference/javascript, "Auth".
import { check, equal, must, newClient, newEmail, newPerson, PASSWORD, refused, Storage } from './harness.mjs'

check('signUp opens a session', async () => {
  const { client, email, session, user } = await newPerson({ data: { name: 'Ann' } })
  equal([user.email, user.aud, user.role], [email, 'authenticated', 'authenticated'])
  equal(user.user_metadata, { name: 'Ann' })
  equal(user.identities.map((identity) => identity.provider), ['email'])
  equal((await client.auth.getSession()).data.session.access_token, session.access_token)
})

check('signUp takes an address once', async () => {
  const { email } = await newPerson()
  const answer = await newClient().auth.signUp({ email: email.toUpperCase(), password: 'another password' })
  refused(answer, 'user_already_exists', 422)
})

check('signUp names what is weak in a password', async () => {
  const answer = await newClient().auth.signUp({ email: newEmail(), password: 'short' })
  const error = refused(answer, 'weak_password', 422)
  equal([error.name, error.reasons], ['AuthWeakPasswordError', ['length']])
})

check('signInWithPassword opens another session of the same person', async () => {
  const { email, session, user } = await newPerson()
  const { data } = must(await newClient().auth.signInWithPassword({ email, password: PASSWORD }))
  equal(data.user.id, user.id)
  equal(data.session.access_token === session.access_token, false)
  equal(data.session.token_type, 'bearer')
})

check('signInWithPassword says the same of a wrong password and an unknown address', async () => {
  const { email } = await newPerson()
  const told = []
  for (const tried of [email, newEmail()]) {
    const answer = await newClient().auth.signInWithPassword({ email: tried, password: 'wrong password' })
    told.push(refused(answer, 'invalid_credentials', 400).message)
  }
  equal(told[0], told[1])
})

check('refreshSession gives a new pair', async () => {
  const { client, session, user } = await newPerson()
  const { data } = must(await client.auth.refreshSession())
  equal(data.session.refresh_token === session.refresh_token, false)
  equal(must(await client.auth.getUser(data.session.access_token)).data.user.id, user.id)
})

check('a used refresh token ends its session', async () => {
  const { client, session } = await newPerson()
  const { data } = must(await client.auth.refreshSession())
  const reused = await newClient().auth.refreshSession({ refresh_token: session.refresh_token })
  refused(reused, 'refresh_token_already_used', 400)
  const newer = await newClient().auth.refreshSession({ refresh_token: data.session.refresh_token })
  equal(newer.error.status, 400)
})

check('an old session is refreshed by itself', async () => {
  const { storage, session, user } = await newPerson()
  const [[key, kept]] = [...storage.kept.entries()]
  storage.kept.set(key, JSON.stringify({ ...JSON.parse(kept), expires_at: 1 }))
  const { data } = must(await newClient({ storage }).auth.getSession())
  equal(data.session.user.id, user.id)
  equal(data.session.refresh_token === session.refresh_token, false)
})

check('a request refreshes an old session first', async () => {
  const { storage, client } = await newPerson()
  must(await client.from('projects').insert({ name: 'mine' }))
  const [[key, kept]] = [...storage.kept.entries()]
  storage.kept.set(key, JSON.stringify({ ...JSON.parse(kept), access_token: 'old', expires_at: 1 }))
  const { data } = must(await newClient({ storage }).from('projects').select('name'))
  equal(data, [{ name: 'mine' }])
})

check('a session is found again by another client', async () => {
  const { storage, session } = await newPerson()
  const { data } = must(await newClient({ storage }).auth.getSession())
  equal(data.session.access_token, session.access_token)
})

check('setSession takes both tokens', async () => {
  const { session, user } = await newPerson()
  const { access_token, refresh_token } = session
  equal(must(await newClient().auth.setSession({ access_token, refresh_token })).data.user.id, user.id)
})

check('listeners hear of what happens', async () => {
  const heard = []
  const client = newClient()
  const { data } = client.auth.onAuthStateChange((event) => void heard.push(event))
  must(await client.auth.signUp({ email: newEmail(), password: PASSWORD }))
  must(await client.auth.refreshSession())
  must(await client.auth.updateUser({ data: { age: 7 } }))
  must(await client.auth.signOut())
  data.subscription.unsubscribe()
  equal(heard.filter((event) => event !== 'INITIAL_SESSION'), [
    'SIGNED_IN', 'TOKEN_REFRESHED', 'USER_UPDATED', 'SIGNED_OUT',
  ])
})

check('getUser asks the server, and refuses a forged token', async () => {
  const { client, email, session } = await newPerson()
  equal(must(await client.auth.getUser()).data.user.email, email)
  const [head, body] = session.access_token.split('.')
  refused(await client.auth.getUser(`${head}.${body}.${'A'.repeat(86)}`), 'bad_jwt', 403)
})

check('updateUser changes data, address and password', async () => {
  const { client, email } = await newPerson({ data: { name: 'Ann' } })
  const other = `new-${email}`
  const { data } = must(await client.auth.updateUser({ email: other, password: 'another one', data: { age: 7 } }))
  equal([data.user.email, data.user.user_metadata], [other, { name: 'Ann', age: 7 }])
  must(await newClient().auth.signInWithPassword({ email: other, password: 'another one' }))
  refused(await newClient().auth.signInWithPassword({ email, password: PASSWORD }), 'invalid_credentials', 400)
})

check('a new password ends the other sessions', async () => {
  const { client, email } = await newPerson()
  const other = newClient()
  must(await other.auth.signInWithPassword({ email, password: PASSWORD }))
  must(await client.auth.updateUser({ password: 'another one' }))
  equal((await other.auth.refreshSession()).error.status, 400)
  must(await client.auth.refreshSession())
})

check('signOut ends every session', async () => {
  const { client, email, session } = await newPerson()
  const other = newClient()
  must(await other.auth.signInWithPassword({ email, password: PASSWORD }))
  must(await client.auth.signOut())
  equal((await client.auth.getSession()).data.session, null)
  equal((await newClient().auth.refreshSession({ refresh_token: session.refresh_token })).error.status, 400)
  equal((await other.auth.refreshSession()).error.status, 400)
})

check('signOut of this session leaves the others', async () => {
  const { client, email } = await newPerson()
  const other = newClient()
  must(await other.auth.signInWithPassword({ email, password: PASSWORD }))
  must(await client.auth.signOut({ scope: 'local' }))
  must(await other.auth.refreshSession())
})

check('signOut of the others leaves this session', async () => {
  const { client, email } = await newPerson()
  const other = newClient()
  must(await other.auth.signInWithPassword({ email, password: PASSWORD }))
  must(await client.auth.signOut({ scope: 'others' }))
  equal((await other.auth.refreshSession()).error.status, 400)
  must(await client.auth.refreshSession())
})

check('an ended session is forgotten', async () => {
  const { client, session } = await newPerson()
  must(await newClient().auth.setSession(session))
  const admin = newClient()
  must(await admin.auth.setSession(session))
  must(await admin.auth.signOut())
  const { error } = await client.auth.getUser()
  equal(error.name, 'AuthSessionMissingError')
})

check('getClaims verifies ES256 with the public keys', async () => {
  const { client, session, user } = await newPerson()
  const { data } = must(await client.auth.getClaims())
  equal([data.header.alg, data.claims.sub, data.claims.role], ['ES256', user.id, 'authenticated'])
  const [head, body] = session.access_token.split('.')
  const forged = await client.auth.getClaims(`${head}.${body}.${'A'.repeat(86)}`)
  equal(forged.error.name, 'AuthInvalidJwtError')
})

check('links by mail, one-time passwords and nameless accounts are refused', async () => {
  const client = newClient({ storage: new Storage() })
  equal((await client.auth.resetPasswordForEmail(newEmail())).error.status, 404)
  equal((await client.auth.signInWithOtp({ email: newEmail() })).error.status, 404)
  refused(await client.auth.signInAnonymously(), 'anonymous_provider_disabled', 422)
})

check('the administration is absent', async () => {
  const { client } = await newPerson()
  equal((await client.auth.admin.listUsers()).error.status, 404)
  equal((await client.auth.admin.createUser({ email: newEmail(), password: PASSWORD })).error.status, 404)
})
