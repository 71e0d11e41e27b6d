module.exports = async (s) => {
  const api = s.api('VoiceApi');
  const languages = await s.succeeded(api.voiceLangGet());
  s.check(languages.some(({ code }) => code === 'en-us'), languages);

  const calls = (...schedules) => s.model('VoiceMessageCollection', {
    messages: schedules.map((schedule) => s.model('VoiceMessage', {
      to: '+15551234567', body: `hello ${schedule}`, voice: 'female', customString: 'npm', country: 'US', lang: 'en-us', schedule,
    })),
  });
  const price = await s.succeeded(api.voicePricePost(calls(0)));
  s.check(price.total_price > 0, price);
  const sent = await s.succeeded(api.voiceSendPost(calls(0, s.later, s.later + 60)));
  s.check(sent.queued_count === 3, sent);
  const ids = sent.messages.map((row) => row.message_id);
  const history = await s.succeeded(api.voiceHistoryGet(undefined, undefined, 1, 100));
  s.check(ids.every((id) => history.data.some((row) => row.message_id === id)), history);
  s.check((await s.succeeded(api.voiceHistoryExportGet('calls.csv'))).url.startsWith('http'), 'a link');
  await s.succeeded(api.voiceCancelByMessageIdPut(ids[1]));
  await s.refused(404, api.voiceCancelByMessageIdPut(ids[1]));
  s.check((await s.succeeded(api.voiceCancelAllPut())).count === 1, 'one was left');

  await s.until(async () => (await s.succeeded(api.voiceReceiptsGet(1, 100))).data.some((row) => row.message_id === ids[0]));
  await s.succeeded(api.voiceReceiptsReadPut(s.model('DateBefore', { dateBefore: s.later })));
  s.check((await s.succeeded(api.voiceReceiptsGet())).total === 0, 'all are read');
  await s.succeeded(api.voiceReceiptsPost(s.model('Url', { url: 'poll' })));
  s.check((await s.succeeded(api.voiceReceiptsGet())).total === 1, 'one for a test');
};
