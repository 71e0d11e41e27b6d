import time


def run(s):
    api = s.api('StatisticsApi')
    texts = s.succeeded(api.view_sms_statistics())
    calls = s.succeeded(api.view_voice_statistics())
    s.raw('POST', '/v3/sms/send', {'messages': [{'to': '+15551239999', 'body': 'counted'}]})
    s.raw('POST', '/v3/voice/send', {'messages': [{'to': '+15551239999', 'body': 'counted', 'lang': 'en-us', 'voice': 'female'}]})
    for before, view in ((texts, api.view_sms_statistics), (calls, api.view_voice_statistics)):
        after = s.succeeded(view())
        s.check(after.data.total.outbound.count == before.data.total.outbound.count + 1, after)
        s.check(after.data.total.outbound.price > before.data.total.outbound.price, after)
        s.check(sum(day.outbound.count for day in after.data.stats) == after.data.total.outbound.count, after)

    today = time.gmtime()
    usage = s.succeeded(s.api('ManagementApi').view_account_usage(year=str(today.tm_year), month=str(today.tm_mon)))
    s.check(usage.data.sms_total.count >= 1 and usage.data.sms[0].total_count == f'{usage.data.sms_total.count}.00', usage)
