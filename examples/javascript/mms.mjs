// A picture message. The picture is uploaded first, so no web server is needed; a public link does as well.
import { SOMEBODY, clicksend } from './postern.mjs';

const PICTURE = 'R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs='; // a GIF of one pixel, base64

const { _url: picture } = await clicksend('POST', '/uploads?convert=mms', { content: PICTURE });
const message = { to: SOMEBODY, subject: 'A picture', body: 'A pixel from JavaScript', source: 'javascript' };
const messages = { media_file: picture, messages: [message] };
console.log('would cost', (await clicksend('POST', '/mms/price', messages)).total_price);
const sent = await clicksend('POST', '/mms/send', messages);
console.log('queued', sent.messages[0].message_id, sent.messages[0].status);
const history = await clicksend('GET', '/mms/history?order_by=date:desc&limit=3');
for (const { message_id, to, status, body } of history.data) console.log(`${message_id} ${to} ${status}: ${body}`);
