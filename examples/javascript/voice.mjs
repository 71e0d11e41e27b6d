// A call that reads a text aloud: in which languages, for how much, now and later.
import { SOMEBODY, clicksend, send } from './postern.mjs';

const languages = await clicksend('GET', '/voice/lang');
console.log(languages.length, 'languages, such as', languages.slice(0, 4).map(({ code }) => code).join(', '));
const call = { to: SOMEBODY, body: 'Hello from JavaScript', voice: 'female', lang: 'en-gb', source: 'javascript' };
console.log('would cost', (await clicksend('POST', '/voice/price', { messages: [call] })).total_price);
const inAnHour = { ...call, body: 'Hello again from JavaScript', schedule: Math.floor(Date.now() / 1000) + 3600 };
const [now, later] = await send('voice', call, inAnHour);
await clicksend('PUT', `/voice/${later.message_id}/cancel`);
console.log('calling', now.message_id, 'and not calling', later.message_id);
const history = await clicksend('GET', '/voice/history?order_by=date:desc&limit=3');
for (const { message_id, to, status } of history.data) console.log(message_id, to, status);
