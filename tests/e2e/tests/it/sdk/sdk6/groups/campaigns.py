from groups.uploads import PICTURE


def run(s):
    lists = s.api('ListsApi')
    people = s.succeeded(lists.create_list(create_list_request={'list_name': 'SDK 6 campaign'})).data.list_id
    for number, name in (('+15551232001', 'Ann'), ('+15551232002', 'Bob')):
        s.succeeded(lists.create_new_contact(
            list_id=people, create_new_contact_request={'phone_number': number, 'first_name': name}))
    texts(s, people)
    pictures(s, people)
    s.succeeded(lists.delete_list(list_id=people))


def texts(s, people):
    api = s.api('SmsCampaignsApi')
    body = {'list_id': str(people), 'name': 'SDK 6', 'from': '', 'body': 'Hi (First Name)'}
    price = s.succeeded(api.calculate_sms_campaign_price(calculate_sms_campaign_price_request=body))
    s.check(price.data.total_count == 2 and float(price.data.total_price) > 0, price)
    made = s.succeeded(api.send_sms_campaign(send_sms_campaign_request={
        **body, 'list_id': people, 'senders': [], 'schedule': s.later}))
    s.check((made.data.status, made.data.schedule, made.data.total_count) == ('Scheduled', s.later, 2), made)
    campaign = made.data.sms_campaign_id
    page = s.succeeded(api.view_sms_campaigns(q=f'sms_campaign_id:{campaign}'))
    s.check([row.name for row in page.data.data] == ['SDK 6'], page)
    # This generation cannot write a time when it changes a campaign: that means at once.
    changed = s.succeeded(api.update_sms_campaign(
        sms_campaign_id=campaign, calculate_sms_campaign_price_request={**body, 'body': f'{s.unique} (First Name)'}))
    s.check(changed.data.status != 'Scheduled', changed)
    s.until(lambda: s.succeeded(api.view_specific_sms_campaign(sms_campaign_id=campaign)).data.status == 'Sent')
    history = s.api('SmsApi').view_sms_history(order_by='date:desc')
    sent = sorted(row.body for row in history.data.data if row.body.startswith(s.unique))
    s.check(sent == [f'{s.unique} Ann', f'{s.unique} Bob'], history)
    s.refused(400, api.cancel_sms_campaign, sms_campaign_id=campaign)
    second = s.succeeded(api.send_sms_campaign(send_sms_campaign_request={
        **body, 'list_id': people, 'senders': [], 'schedule': s.later})).data.sms_campaign_id
    s.check(s.succeeded(api.cancel_sms_campaign(sms_campaign_id=second)).data.status == 'Cancelled', second)


def pictures(s, people):
    api = s.api('MmsCampaignsApi')
    media = s.raw('POST', '/v3/uploads?convert=mms', {'content': PICTURE})['data']['_url']
    body = {'list_id': str(people), 'name': 'SDK 6 pictures', 'from': '', 'body': 'Hi (First Name)', 'subject': 'Look', 'media_file': media}
    price = s.succeeded(api.calculate_mms_campaign_price(body=body))
    s.check(price.data.total_count == 2 and float(price.data.total_price) > 0, price)
    made = s.succeeded(api.send_mms_campaign(send_mms_campaign_request=body))
    campaign = made.data.mms_campaign_id
    s.check(made.data.file_name.endswith('.gif') and made.data.media_file_url.endswith(made.data.file_name), made)
    s.until(lambda: s.succeeded(api.view_mms_campaign(mms_campaign_id=campaign)).data.status == 'Sent')
    page = api.view_all_mms_campaigns()
    s.check(campaign in [row.mms_campaign_id for row in page.data], page)
    # Only raw calls can write a time for a picture campaign.
    later = s.raw('POST', '/v3/mms-campaigns/send', {**body, 'schedule': s.later})['data']['mms_campaign_id']
    s.check(s.succeeded(api.view_mms_campaign(mms_campaign_id=later)).data.status == 'Scheduled', later)
    cancelled = s.succeeded(api.cancel_mms_campaign(mms_campaign_id=later))
    s.check(cancelled.data.status == 'Cancelled', cancelled)
    third = s.raw('POST', '/v3/mms-campaigns/send', {**body, 'schedule': s.later})['data']['mms_campaign_id']
    renamed = {key: body[key] for key in ('list_id', 'name', 'from', 'body')}
    changed = s.succeeded(api.update_mms_campaign(
        mms_campaign_id=third, calculate_sms_campaign_price_request={**renamed, 'name': 'renamed'}))
    s.check((changed.data.name, changed.data.subject) == ('renamed', 'Look'), changed)
