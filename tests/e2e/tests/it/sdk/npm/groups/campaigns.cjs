const { picture } = require('./uploads.cjs');

module.exports = async (s) => {
  const lists = s.api('ContactListApi');
  const contacts = s.api('ContactApi');
  const people = (await s.succeeded(lists.listsPost(s.model('ContactList', { listName: 'npm campaign' })))).list_id;
  for (const [phoneNumber, firstName] of [['+15551233001', 'Ann'], ['+15551233002', 'Bob']]) {
    await s.succeeded(contacts.listsContactsByListIdPost(s.model('Contact', { phoneNumber, firstName }), people));
  }
  await texts(s, people);
  await pictures(s, people);
  await s.succeeded(lists.listsByListIdDelete(people));
};

async function texts(s, people) {
  const api = s.api('SmsCampaignApi');
  const body = (more) => s.model('SmsCampaign', { listId: people, name: 'npm', body: 'Hi (First Name)', from: '', schedule: s.later, ...more });
  const price = await s.succeeded(api.smsCampaignsPricePost(body()));
  s.check(price.total_count === 2 && Number(price.total_price) > 0, price);
  const campaign = await s.succeeded(api.smsCampaignsSendPost(body()));
  const number = campaign.sms_campaign_id;
  s.check(campaign.status === 'Scheduled' && campaign.schedule === s.later, campaign);
  s.check((await s.succeeded(api.smsCampaignsGet(1, 100))).data.some((row) => row.sms_campaign_id === number), 'the list');
  await s.succeeded(api.smsCampaignsBySmsCampaignIdPut(number, body({ schedule: 0, body: `${s.unique} (First Name)` })));
  await s.until(async () => (await s.succeeded(api.smsCampaignBySmsCampaignIdGet(number))).status === 'Sent');
  const history = (await s.succeeded(s.api('SMSApi').smsHistoryGet(undefined, undefined, undefined, 1, 100))).data;
  const sent = history.map((row) => row.body).filter((text) => text.startsWith(s.unique)).sort();
  s.check(sent.join() === `${s.unique} Ann,${s.unique} Bob`, history);
  await s.refused(400, api.smsCampaignsCancelBySmsCampaignIdPut(number));
  const second = (await s.succeeded(api.smsCampaignsSendPost(body()))).sms_campaign_id;
  s.check((await s.succeeded(api.smsCampaignsCancelBySmsCampaignIdPut(second))).status === 'Cancelled', second);
}

async function pictures(s, people) {
  const api = s.api('MmsCampaignApi');
  const media = await picture(s);
  const body = (more) => s.model('MmsCampaign', {
    listId: people, name: 'npm', body: 'Hi (First Name)', from: '', schedule: s.later, subject: 'Look', mediaFile: media, ...more,
  });
  const price = await s.succeeded(api.mmsCampaignsPricePost(body()));
  s.check(price.total_count === 2 && Number(price.total_price) > 0, price);
  const campaign = await s.succeeded(api.mmsCampaignsSendPost(body()));
  const number = campaign.mms_campaign_id;
  s.check(campaign.status === 'Scheduled' && campaign.file_name.endsWith('.gif'), campaign);
  s.check((await api.mmsCampaignsGet(1, 100)).data.some((row) => row.mms_campaign_id === number), 'the list');
  const changed = await s.succeeded(api.mmsCampaignsByMmsCampaignIdPut(number, body({ schedule: 0, name: 'at once' })));
  s.check(changed.name === 'at once', changed);
  await s.until(async () => (await s.succeeded(api.mmsCampaignByMmsCampaignIdGet(number))).status === 'Sent');
  const second = (await s.succeeded(api.mmsCampaignsSendPost(body()))).mms_campaign_id;
  s.check((await s.succeeded(api.mmsCampaignsCancelByMmsCampaignIdPut(second))).status === 'Cancelled', second);
}
