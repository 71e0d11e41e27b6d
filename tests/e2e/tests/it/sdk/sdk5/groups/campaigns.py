import clicksend_client as c

from groups.uploads import picture


def run(s):
    lists, contacts = s.api('ContactListApi'), s.api('ContactApi')
    people = s.succeeded(lists.lists_post(c.ContactList(list_name='SDK 5 campaign')))['list_id']
    for number, name in (('+15551231001', 'Ann'), ('+15551231002', 'Bob')):
        contact = c.Contact(phone_number=number, first_name=name, custom_1='campaign')
        s.succeeded(contacts.lists_contacts_by_list_id_post(contact, people))
    texts(s, people)
    pictures(s, people)
    s.succeeded(lists.lists_by_list_id_delete(people))


def texts(s, people):
    api = s.api('SmsCampaignApi')
    body = c.SmsCampaign(list_id=people, name='SDK 5', body='Hi (First Name)', _from='', schedule=s.later)
    price = s.succeeded(api.sms_campaigns_price_post(body))
    s.check(price['total_count'] == 2 and float(price['total_price']) > 0, price)
    campaign = s.succeeded(api.sms_campaigns_send_post(body))
    number = campaign['sms_campaign_id']
    s.check((campaign['status'], campaign['schedule']) == ('Scheduled', s.later), campaign)
    s.check(number in [row['sms_campaign_id'] for row in s.succeeded(api.sms_campaigns_get(page=1, limit=100))['data']], 'the list')
    body.schedule, body.body = 0, f'{s.unique} (First Name)'
    s.succeeded(api.sms_campaigns_by_sms_campaign_id_put(number, body))
    s.until(lambda: s.succeeded(api.sms_campaign_by_sms_campaign_id_get(number))['status'] == 'Sent')
    history = s.succeeded(s.api('SMSApi').sms_history_get(page=1, limit=100))['data']
    sent = sorted(row['body'] for row in history if row['body'].startswith(s.unique))
    s.check(sent == [f'{s.unique} Ann', f'{s.unique} Bob'], history)
    s.refused(400, api.sms_campaigns_cancel_by_sms_campaign_id_put, number)
    body.schedule = s.later
    second = s.succeeded(api.sms_campaigns_send_post(body))['sms_campaign_id']
    s.check(s.succeeded(api.sms_campaigns_cancel_by_sms_campaign_id_put(second))['status'] == 'Cancelled', second)


def pictures(s, people):
    api = s.api('MmsCampaignApi')
    body = c.MmsCampaign(
        list_id=people, name='SDK 5', body='Hi (First Name)', _from='', schedule=s.later, subject='Look', media_file=picture(s))
    price = s.succeeded(api.mms_campaigns_price_post(body))
    s.check(price['total_count'] == 2 and float(price['total_price']) > 0, price)
    campaign = s.succeeded(api.mms_campaigns_send_post(body))
    number = campaign['mms_campaign_id']
    s.check(campaign['status'] == 'Scheduled' and campaign['file_name'].endswith('.gif'), campaign)
    page = api.mms_campaigns_get(page=1, limit=100)
    s.check(number in [row['mms_campaign_id'] for row in page['data']], page)
    body.schedule, body.name = 0, 'at once'
    s.check(s.succeeded(api.mms_campaigns_by_mms_campaign_id_put(number, body))['name'] == 'at once', number)
    s.until(lambda: s.succeeded(api.mms_campaign_by_mms_campaign_id_get(number))['status'] == 'Sent')
    body.schedule = s.later
    second = s.succeeded(api.mms_campaigns_send_post(body))['mms_campaign_id']
    s.check(s.succeeded(api.mms_campaigns_cancel_by_mms_campaign_id_put(second))['status'] == 'Cancelled', second)
