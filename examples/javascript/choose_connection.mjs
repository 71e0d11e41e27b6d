// With several accounts of one app a header says which one is meant. Without it, it is the oldest active one.
import { call, clicksend } from './postern.mjs';

const { connections } = await call('GET', '/connections?app=clicksend&status=ACTIVE');
for (const { connection_id, name } of connections) {
  const account = await clicksend('GET', '/account', undefined, { 'Postern-Connection': connection_id });
  console.log(`${name}: ${account.username} has ${account.balance}`);
}
