module.exports = async (s) => {
  const api = s.api('SMSApi');
  const messages = [undefined, s.later, s.later + 3600].map((schedule, number) =>
    s.model('SmsMessage', { source: 'npm', to: '+15551234567', body: `hello ${number}`, schedule }));
  const body = s.model('SmsMessageCollection', { messages });
  const price = await s.succeeded(api.smsPricePost(body));
  const sent = await s.succeeded(api.smsSendPost(body));
  s.check(sent.queued_count === 3 && sent.total_price === price.total_price, sent);
  const ids = sent.messages.map((row) => row.message_id);
  const history = await s.succeeded(api.smsHistoryGet(undefined, undefined, undefined, 1, 100));
  s.check(ids.every((id) => history.data.some((row) => row.message_id === id)), history);
  const found = await s.succeeded(api.smsHistoryGet('status:scheduled', s.now - 60, s.later));
  s.check(found.data.map((row) => row.body).join() === 'hello 1,hello 2', found);
  s.check((await s.succeeded(api.smsHistoryExportGet('texts.csv'))).url.startsWith('http'), 'a link');
  await s.succeeded(api.smsCancelByMessageIdPut(ids[1]));
  await s.refused(404, api.smsCancelByMessageIdPut(ids[1]));
  s.check((await s.succeeded(api.smsCancelAllPut())).count === 1, 'one was left');
  await receipts(s, api, ids[0]);
  await inbound(s, api);
};

async function receipts(s, api, id) {
  await s.until(async () => (await s.succeeded(api.smsReceiptsGet(1, 100))).data.some((row) => row.message_id === id));
  const receipt = await s.succeeded(api.smsReceiptsByMessageIdGet(id));
  s.check(receipt.message_id === id, receipt);
  await s.succeeded(api.smsReceiptsReadPut(s.model('DateBefore', { dateBefore: s.later })));
  s.check((await s.succeeded(api.smsReceiptsGet())).total === 0, 'all are read');
  await s.succeeded(api.smsReceiptsPost(s.model('Url', { url: 'poll' })));
  s.check((await s.succeeded(api.smsReceiptsGet())).total === 1, 'one for a test');
}

async function inbound(s, api) {
  const made = await s.succeeded(api.smsInboundPost(s.model('Url', { url: 'poll' })));
  const other = await s.succeeded(api.smsInboundPost(s.model('Url', { url: 'poll' })));
  const unread = async () => (await s.succeeded(api.smsInboundGet(undefined, 1, 100))).data.map((row) => row.message_id);
  const before = await unread();
  s.check([made, other].every((row) => before.includes(row.message_id)), before);
  await s.succeeded(api.smsInboundReadByMessageIdPut(made.message_id));
  const left = await unread();
  s.check(!left.includes(made.message_id) && left.includes(other.message_id), left);
  await s.succeeded(api.smsInboundReadPut(s.model('DateBefore', { dateBefore: s.later })));
  s.check((await unread()).length === 0, 'all are read');
}
