// Asked twice, sent once. The key names what is to be done, so that whoever is unsure whether it was done may ask again.
import { SOMEBODY, clicksend } from './postern.mjs';

const messages = { messages: [{ to: SOMEBODY, body: 'Order 17 has left JavaScript', source: 'javascript' }] };
const once = { 'Idempotency-Key': 'order-17-has-left-javascript' };
const first = (await clicksend('POST', '/sms/send', messages, once)).messages[0].message_id;
const again = (await clicksend('POST', '/sms/send', messages, once)).messages[0].message_id;
console.log('message', first, first === again ? 'was sent once' : `and ${again}, too`);
