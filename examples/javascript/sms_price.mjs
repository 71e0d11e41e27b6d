// What texts would cost, before anything is sent. A long text, or one with an emoji, has more parts.
import { SOMEBODY, clicksend } from './postern.mjs';

const texts = ['See you at noon.', 'See you at noon. ☺', 'See you at noon. '.repeat(12)];
const messages = texts.map((body) => ({ to: SOMEBODY, body, source: 'javascript' }));
const price = await clicksend('POST', '/sms/price', { messages });
for (const { message_parts, message_price, body } of price.messages) {
  console.log(`${message_parts} part(s), ${message_price}: ${body.slice(0, 40)}`);
}
console.log('together', price.total_price, price._currency.currency_name_short);
