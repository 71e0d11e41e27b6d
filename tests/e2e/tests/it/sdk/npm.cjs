// The same calls with the official Node.js SDK.
const clicksend = require('clicksend/api.js');

const { HOST, USERNAME, PASSWORD } = process.env;
let done = 0;
function check(condition, what) {
  if (!condition) {
    console.error('not as it should be:', JSON.stringify(what));
    process.exit(1);
  }
  done += 1;
}
const read = ({ body }) => (typeof body === 'string' ? JSON.parse(body) : body);

async function main() {
  const account = read(await new clicksend.AccountApi(USERNAME, PASSWORD, HOST).accountGet());
  check(account.response_code === 'SUCCESS', account);

  const sms = new clicksend.SMSApi(USERNAME, PASSWORD, HOST);
  const later = Math.floor(Date.now() / 1000) + 3600;
  const collection = new clicksend.SmsMessageCollection();
  collection.messages = [0, later, later + 3600].map((schedule, number) => {
    const message = new clicksend.SmsMessage();
    Object.assign(message, { source: 'npm', to: '+15551234567', body: `hello ${number}` });
    if (schedule) message.schedule = schedule;
    return message;
  });
  const price = read(await sms.smsPricePost(collection));
  check(price.data.total_price > 0, price);
  const sent = read(await sms.smsSendPost(collection));
  check(sent.data.queued_count === 3, sent);
  const history = read(await sms.smsHistoryGet());
  check(history.data.total === 3, history);
  const cancelled = read(await sms.smsCancelByMessageIdPut(sent.data.messages[1].message_id));
  check(cancelled.response_code === 'SUCCESS', cancelled);
  const all = read(await sms.smsCancelAllPut());
  check(all.data.count === 1, all);
  check(read(await sms.smsReceiptsGet()).response_code === 'SUCCESS', 'receipts');
  const countries = read(await new clicksend.CountriesApi(HOST).countriesGet());
  check(countries.data.length > 200, 'countries');
  console.log(JSON.stringify({ done }));
}

main().catch((error) => {
  console.error(error.response ? JSON.stringify(error.response.body) : error);
  process.exit(1);
});
