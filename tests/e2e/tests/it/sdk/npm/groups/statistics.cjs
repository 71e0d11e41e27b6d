module.exports = async (s) => {
  const api = s.api('StatisticsApi');
  const texts = await s.succeeded(api.statisticsSmsGet());
  const calls = await s.succeeded(api.statisticsVoiceGet());
  const text = s.model('SmsMessage', { body: 'counted', to: '+15551239999' });
  await s.succeeded(s.api('SMSApi').smsSendPost(s.model('SmsMessageCollection', { messages: [text] })));
  const call = s.model('VoiceMessage', { body: 'counted', to: '+15551239999', voice: 'female', customString: '', country: 'US', lang: 'en-us' });
  await s.succeeded(s.api('VoiceApi').voiceSendPost(s.model('VoiceMessageCollection', { messages: [call] })));
  for (const [before, view] of [[texts, 'statisticsSmsGet'], [calls, 'statisticsVoiceGet']]) {
    const after = await s.succeeded(api[view]());
    s.check(after.total.outbound.count === before.total.outbound.count + 1, after);
    const sum = after.stats.reduce((count, day) => count + day.outbound.count, 0);
    s.check(sum === after.total.outbound.count, after);
  }

  const today = new Date();
  const usage = await s.succeeded(s.api('AccountApi').accountUseageBySubaccountGet(today.getUTCFullYear(), today.getUTCMonth() + 1));
  s.check(usage.sms[0].total_count === `${usage.sms_total.count}.00`, usage);
};
