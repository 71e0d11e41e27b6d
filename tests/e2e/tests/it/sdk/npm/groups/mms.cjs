const { picture: uploaded } = require('./uploads.cjs');

module.exports = async (s) => {
  const api = s.api('MMSApi');
  const message = s.model('MmsMessage', { to: '+15551234567', subject: 'npm', body: 'a picture' });
  const body = s.model('MmsMessageCollection', { mediaFile: await uploaded(s), messages: [message] });
  const price = await s.succeeded(api.mmsPricePost(body));
  s.check(price.total_price > 0, price);
  const sent = await s.succeeded(api.mmsSendPost(body));
  s.check(sent.queued_count === 1 && sent.total_price === price.total_price, sent);
  const picture = sent.messages[0].message_id;
  const history = await s.succeeded(api.mmsHistoryGet(undefined, undefined, undefined, 1, 100));
  s.check(history.data.some((row) => row.message_id === picture), history);
  s.check((await s.succeeded(api.mmsHistoryExportGet('pictures.csv'))).url.startsWith('http'), 'a link');

  await s.until(async () => (await s.succeeded(api.mmsReceiptsGet(1, 100))).data.some((row) => row.message_id === picture));
  await s.succeeded(api.mmsReceiptsReadPut(s.model('DateBefore', { dateBefore: s.later })));
  s.check((await s.succeeded(api.mmsReceiptsGet())).total === 0, 'all are read');
};
