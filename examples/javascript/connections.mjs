// Connections are the accounts that a key may use: list them, ask for a new one, look at it, delete it.
import { call } from './postern.mjs';

const { connections } = await call('GET', '/connections?app=clicksend&status=ACTIVE');
for (const { connection_id, status, name } of connections) console.log(connection_id, status, name);

// Without credentials a connection waits: whoever owns the account opens the link and enters them there.
// This program never sees them.
const { connection_id: id, connection: made } = await call('POST', '/connections', { app: 'clicksend', name: 'of an example' });
console.log('to connect an account, open', made.url);
try {
  const { connection: seen } = await call('GET', `/connections/${id}`);
  console.log(seen.connection_id, seen.status, seen.name);
} finally {
  await call('DELETE', `/connections/${id}`);
  console.log('deleted', id);
}
