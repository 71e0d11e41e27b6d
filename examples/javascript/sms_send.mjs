// A text message. `custom_string` is yours: it comes back in the history, in receipts and in replies.
import { SOMEBODY, send } from './postern.mjs';

const text = { to: SOMEBODY, body: 'Hello from JavaScript', source: 'javascript', custom_string: 'order 17' };
for (const { message_id, to, message_price } of await send('sms', text)) {
  console.log(`queued ${message_id} to ${to} for ${message_price}`);
}
