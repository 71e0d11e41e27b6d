import time

import clicksend_client as c


def run(s):
    api = s.api('StatisticsApi')
    texts, calls = s.succeeded(api.statistics_sms_get()), s.succeeded(api.statistics_voice_get())
    s.succeeded(s.api('SMSApi').sms_send_post(c.SmsMessageCollection(messages=[c.SmsMessage(body='counted', to='+15551239999')])))
    s.succeeded(s.api('VoiceApi').voice_send_post(c.VoiceMessageCollection(messages=[
        c.VoiceMessage(to='+15551239999', body='counted', voice='female', custom_string='', country='US', lang='en-us')])))
    for before, view in ((texts, api.statistics_sms_get), (calls, api.statistics_voice_get)):
        after = s.succeeded(view())
        s.check(after['total']['outbound']['count'] == before['total']['outbound']['count'] + 1, after)
        s.check(sum(day['outbound']['count'] for day in after['stats']) == after['total']['outbound']['count'], after)

    today = time.gmtime()
    usage = s.succeeded(s.api('AccountApi').account_useage_by_subaccount_get(today.tm_year, today.tm_mon))
    s.check(usage['sms'][0]['total_count'] == f'{usage["sms_total"]["count"]}.00', usage)
